variable "TAG" { default = "latest" }
variable "N" { default = 3 }
variable "B" { default = true }
variable "NN" { }
variable "UNSET" { }
variable "NUL" { default = null }
variable "L" {
  type = list(string)
  default = ["a"]
}
variable "M" { type = map(string) }
variable "O" { type = object({a=string, n=number}) }
variable "S" {
  type = set(string)
}
variable "OF" { default = "${TAG}-${N}" }
target "a" {
  args = { t = TAG, n = N+1, b = B, nn = NN, l = join("|",L), m = M.k, o = O.a, on = O.n + 1, of = OF, s = jsonencode(S), u = UNSET, nul = NUL, platform = BAKE_LOCAL_PLATFORM, cmd = BAKE_CMD_CONTEXT }
}
