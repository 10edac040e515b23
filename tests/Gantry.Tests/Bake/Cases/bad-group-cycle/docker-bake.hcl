group "g" { targets = ["h"] }
group "h" { targets = ["g"] }
