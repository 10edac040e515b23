target "a" { args = { x = 1 / 0 } }
