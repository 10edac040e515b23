target "a" { args = { v = upper(null) } }
