target "a" { inherits = ["zz"] }
