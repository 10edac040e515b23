group "g" { targets = ["a","h"] }
group "h" { targets = ["b","a"] }
group "x" { targets = ["g","b"] }
group "default" { targets = ["b"] }
target "a" {}
target "b" {}
