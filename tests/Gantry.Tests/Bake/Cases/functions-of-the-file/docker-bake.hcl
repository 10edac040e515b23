variable "SUFFIX" { default = "!" }
function "join2" {
  params = [a, b]
  variadic_params = rest
  result = "${a}-${b}${SUFFIX}${length(rest)}"
}
function "tag" {
  params = [name]
  result = notequal("", SUFFIX) ? "x/${name}:${lower("ABC")}" : name
}
target "a" {
  args = { v = join2("1", "2"), w = join2("1", "2", "3") }
  tags = [tag("img")]
}
