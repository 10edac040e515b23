function "f" {
  params = [a,b]
  result = "${a}-${b}"
}
target "a" { args = { v = f(1) } }
