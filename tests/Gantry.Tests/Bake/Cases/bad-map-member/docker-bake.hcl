target "a" { args = { x = {} } }
