variable "PLATFORMS" { default = "linux/amd64,linux/arm64" }
variable "GITHUB_REPOSITORY" { default = "owner/repo" }
variable "RELEASE" { default = "" }
function "tags" {
  params = [name]
  result = RELEASE != "" ? ["ghcr.io/${GITHUB_REPOSITORY}/${name}:${RELEASE}", "ghcr.io/${GITHUB_REPOSITORY}/${name}:latest"] : ["ghcr.io/${GITHUB_REPOSITORY}/${name}:dev"]
}
target "docker-metadata-action" {}
target "_base" {
  inherits = ["docker-metadata-action"]
  platforms = split(",", PLATFORMS)
  cache-from = ["type=gha,scope=build-${RELEASE}"]
  cache-to = ["type=gha,mode=max,scope=build"]
  labels = {
    "org.opencontainers.image.source" = "https://github.com/${GITHUB_REPOSITORY}"
    "org.opencontainers.image.created" = ""
  }
}
target "api" {
  inherits = ["_base"]
  target = "api"
  tags = tags("api")
  args = {
    GO_VERSION = "1.22"
    LDFLAGS = "-X main.version=${RELEASE == "" ? "dev" : RELEASE}"
  }
}
target "web" {
  inherits = ["_base"]
  matrix = {
    node = ["18", "20"]
    flavor = ["alpine", "slim"]
  }
  name = "web-${node}-${flavor}"
  dockerfile = "web/Dockerfile"
  tags = [for t in tags("web") : "${t}-node${node}-${flavor}"]
}
group "default" { targets = ["api", "web"] }
