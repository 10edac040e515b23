target "a" { inherits = ["base"]
  context = "dir" }
