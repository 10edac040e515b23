target "a" {
  secret = ["id=Z", {type="env", id="Q", env="Z"}, {type="file", id="docker-bake.hcl"}, "type=env,id=R,env=Z", "type=file,id=f,src=docker-bake.hcl"]
  ssh = ["default=/agent", "x=/keys/id,/keys/id", {id="default", paths=["/agent"]}]
  cache-from = ["type=local,src=x","type=local,src=x"]
  attest = ["type=sbom,generator=x", "type=provenance,disabled=false"]
  ulimits = ["nofile=1"]
  annotations = ["index,manifest:a=b"]
  labels = {"a" = 5}
}
