target "a" { output = ["type=docker"] }
target "b" { output = ["type=image,name=x","type=oci,dest=f"] }
target "c" { output = ["type=registry"] }
target "d" { output = ["type=cacheonly"] }
target "e" { output = ["type=docker,dest=x"] }
target "f" { output = ["-", "dir", {type="tar",dest="t"}] }
