target "a" { args = { v = nofn(1) } }
