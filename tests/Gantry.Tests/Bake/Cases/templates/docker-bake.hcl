target "a" {
  tags = [for k, v in {b="1", a="2"} : "${k}:${v}" if v != "9"]
  args = { for x in ["a","b"] : upper(x) => x }
  labels = { ("k${1+1}") = "v", "q-r" : "z", lit = "$${lit} %%{lit} \u00e9\n\"", strip = "a  ${~ "b" ~}   c", cond = "%{ if 1 > 2 }x%{ else }y%{ endif }", nested = "${"a${"b"}c"}", each = "%{ for i in ["1","2"] }<${i}>%{ endfor }" }
  cache-to = concat([for x in ["u","v"]: "type=registry,ref=${x}"], ["type=inline"])
  dockerfile-inline = <<EOT
FROM x
  RUN %{ if true }yes%{ else }no%{ endif }
%{ for i in ["1","2"] ~}
  LABEL a=${i}
%{ endfor ~}
  $${lit} %%{lit}
EOT
  target = <<-EOT
    ind
      two
    EOT
}
