variable "O" {
  default = { a = { b = [1,2,{c="deep"}] } }
}
target "a" {
  args = {
    x = O.a.b[2].c, y = O["a"].b.0, s = join(",", [for z in O.a.b[*] : "k" ]), l = length(O.a.b)
    sp = join("", [{n="1"},{n="2"}][*].n), sq = join("", [{n="1"},{n="2"}].*.n)
    group = jsonencode({for p in [["a",1],["b",2],["a",3]] : p[0] => p[1]...})
    pairs = jsonencode([for i, v in ["x","y"] : "${i}${v}"])
    spread = max([1,5,3]...)
  }
}
