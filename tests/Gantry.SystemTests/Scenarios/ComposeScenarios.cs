using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Scenarios;

/// <summary>
/// Whole applications from a Compose file: by our Compose on both engines, and by Debian's docker-compose on ours, which says that
/// the tests want what Docker's users have.
/// </summary>
public sealed class ComposeScenarios(World world) : ComposeSuite(world)
{
    [Theory, MemberData(nameof(Ways))]
    public Task A_web_service_that_is_built(string way) => Play(way, async project =>
    {
        project.Write("backend/Dockerfile", """
            FROM busybox
            ENV PYTHONUNBUFFERED=1
            WORKDIR /app
            COPY requirements.txt .
            RUN wc -l < requirements.txt > installed
            COPY . .
            EXPOSE 8000
            CMD ["sh", "-c", "cp settings.conf /srv/www/settings; env > /srv/www/env; exec httpd -f -p 8000 -h /srv/www"]
            """);
        project.Write("backend/requirements.txt", "django\n");
        project.Write("backend/settings.conf", "in the image\n");
        project.Write("settings.conf", "mounted\n");
        project.Write("static/index.html", "hello\n");
        project.Write("docker-compose.yml", """
            version: "3"
            services:
              web:
                build: ./backend
                ports: ["8000:8000"]
                volumes:
                  - ./static:/srv/www
                  - ./settings.conf:/app/settings.conf
                environment:
                  - DEBUG=1
                  - TZ=Asia/Seoul
                stop_signal: SIGKILL
            """);
        (await project.Compose("up -d --build")).Succeeds();
        await project.Reaches("wget -qO- http://127.0.0.1:8000/", "hello");
        (await project.InWeb("cat settings.conf installed")).Prints("mounted\n1");
        (await project.InWeb("cat /srv/www/env")).Contains("DEBUG=1").Contains("TZ=Asia/Seoul");
        project.Write("static/index.html", "changed\n");
        await project.Reaches("wget -qO- http://127.0.0.1:8000/", "changed");
        (await project.Compose("down")).Succeeds();
        (await project.Stage.Run($"ps -aq --filter label=com.docker.compose.project={project.Name}")).Prints("");
        (await project.Stage.Run($"network ls -q --filter label=com.docker.compose.project={project.Name}")).Prints("");
    });

    [Theory, MemberData(nameof(Ways))]
    public Task A_database_that_has_to_be_healthy(string way) => Play(way, async project =>
    {
        project.Write(".env", "POSTGRES_PASSWORD=secret\nVERSION=latest\n");
        project.Write("docker-compose.yml", """
            services:
              web:
                image: busybox:${VERSION:-none}
                command: sh -c 'cat /shared/ready && exec sleep 1000'
                depends_on:
                  db:
                    condition: service_healthy
                volumes: ["data:/shared"]
                stop_signal: SIGKILL
              db:
                image: busybox:${VERSION}
                command: sh -c 'sleep 1; echo $$PASSWORD >> /var/lib/data/ready; exec sleep 1000'
                environment:
                  PASSWORD: ${POSTGRES_PASSWORD:?a password}
                healthcheck:
                  test: ["CMD-SHELL", "test -s /var/lib/data/ready"]
                  interval: 1s
                  retries: 30
                volumes: ["data:/var/lib/data"]
                stop_signal: SIGKILL
            volumes:
              data:
            """);
        (await project.Compose("up -d")).Succeeds();
        (await project.InWeb("cat /shared/ready")).Prints("secret");
        // What is there is left as it is.
        var before = await project.IdsAsync();
        (await project.Compose("up -d")).Succeeds();
        Assert.Equal(before, await project.IdsAsync());
        // The data outlives the containers, until it is said that it goes.
        (await project.Compose("down")).Succeeds();
        (await project.Compose("up -d")).Succeeds();
        (await project.InWeb("cat /shared/ready")).Contains("secret\nsecret");
        (await project.Compose("down -v")).Succeeds();
        (await project.Stage.Run($"volume ls -q --filter label=com.docker.compose.project={project.Name}")).Prints("");
    });

    [Theory, MemberData(nameof(Ways))]
    public Task Services_on_two_networks(string way) => Play(way, async project =>
    {
        project.Write("docker-compose.yml", """
            services:
              web: { image: busybox, command: sleep 1000, stop_signal: SIGKILL, networks: [front, back], depends_on: [db, redis] }
              db: { image: busybox, command: sleep 1000, stop_signal: SIGKILL, networks: { back: { aliases: [database] } } }
              redis: { image: busybox, command: sleep 1000, stop_signal: SIGKILL, networks: [back] }
              worker: { image: busybox, command: sleep 1000, stop_signal: SIGKILL, networks: [front] }
            networks:
              front: {}
              back: { internal: true }
            """);
        (await project.Compose("up -d")).Succeeds();
        foreach (var name in (string[])["db", "database", "redis", "worker"]) (await project.InWeb($"ping -c1 -W5 {name}")).Succeeds();
        (await project.Compose("exec -T worker ping -c1 -W5 web")).Succeeds();
        (await project.Compose("exec -T worker ping -c1 -W2 db")).Fails();
        (await project.Compose("down")).Succeeds();
    });

    [Theory, MemberData(nameof(Ways))]
    public Task Only_what_changed_is_made_anew(string way) => Play(way, async project =>
    {
        const string text = """
            services:
              web: { image: busybox, command: sleep 1000, stop_signal: SIGKILL, environment: { SETTING: "one" } }
              other: { image: busybox, command: sleep 1000, stop_signal: SIGKILL, volumes: ["/cache"] }
            """;
        project.Write("docker-compose.yml", text);
        (await project.Compose("up -d")).Succeeds();
        (await project.Compose("exec -T other touch /cache/kept")).Succeeds();
        var (web, other) = (await project.IdAsync("web"), await project.IdAsync("other"));
        project.Write("docker-compose.yml", text.Replace("one", "two", StringComparison.Ordinal));
        (await project.Compose("up -d")).Succeeds();
        Assert.Equal(other, await project.IdAsync("other"));
        Assert.NotEqual(web, await project.IdAsync("web"));
        (await project.InWeb("sh -c 'echo $SETTING'")).Prints("two");
        // Made anew on demand, a container keeps its anonymous volumes.
        (await project.Compose("up -d --force-recreate")).Succeeds();
        Assert.NotEqual(other, await project.IdAsync("other"));
        (await project.Compose("exec -T other ls /cache")).Prints("kept");
        // A service that is gone from the file leaves an orphan, which goes when that is said.
        project.Write("docker-compose.yml", string.Join('\n', text.Split('\n')[..^1]));
        (await project.Compose("up -d")).Succeeds();
        Assert.NotEmpty(await project.IdAsync("other"));
        (await project.Compose("up -d --remove-orphans")).Succeeds();
        Assert.Empty(await project.IdAsync("other"));
        (await project.Compose("down")).Succeeds();
    });

    [Theory, MemberData(nameof(Ways))]
    public Task Five_behind_one_name(string way) => Play(way, async project =>
    {
        project.Write("docker-compose.yml", """
            services:
              web: { image: busybox, command: sleep 1000, stop_signal: SIGKILL }
              back: { image: busybox, command: "sh -c 'hostname > /index.html; exec httpd -f -p 80 -h /'", stop_signal: SIGKILL }
            """);
        (await project.Compose("up -d --scale back=5")).Succeeds();
        Assert.Equal(5, (await project.IdAsync("back")).Split('\n').Length);
        (await project.InWeb("sh -c 'nslookup back | grep -c Address'")).Prints("6");
        (await project.Compose("up -d --scale back=2")).Succeeds();
        Assert.Equal(2, (await project.IdAsync("back")).Split('\n').Length);
        (await project.Compose("down")).Succeeds();
    });

    [Theory, MemberData(nameof(Ways))]
    public Task A_command_of_a_service(string way) => Play(way, async project =>
    {
        project.Write("docker-compose.yml", """
            services:
              db: { image: busybox, command: sleep 1000, stop_signal: SIGKILL }
              task:
                image: busybox
                entrypoint: ["echo", "entry"]
                command: ["as", "written"]
                environment: { A: "1" }
                depends_on: [db]
            """);
        (await project.Compose("run --rm -T task")).Succeeds().Contains("entry as written");
        (await project.Compose("run --rm -T task as given")).Succeeds().Contains("entry as given");
        (await project.Compose("run --rm -T -e B=2 --entrypoint env task")).Succeeds().Contains("A=1").Contains("B=2");
        (await project.Compose("run --rm -T --entrypoint \"ping -c1 -W5 db\" task")).Succeeds();
        Assert.Equal(7, (await project.Compose("run --rm -T --entrypoint \"sh -c 'exit 7'\" task")).ExitCode);
        Assert.NotEmpty(await project.IdAsync("db"));
        (await project.Compose("down")).Succeeds();
    });

    /// <summary>What containers print is shown, and the exit code of the one that is asked for is the command's.</summary>
    [Theory, MemberData(nameof(Ways))]
    public Task Staying_with_what_is_brought_up(string way) => Play(way, async project =>
    {
        project.Write("docker-compose.yml", """
            services:
              web: { image: busybox, command: "sh -c 'echo from web; sleep 1000'", stop_signal: SIGKILL }
              task: { image: busybox, command: "sh -c 'echo from task; sleep 1; exit 5'", depends_on: [web] }
            """);
        var result = await project.Compose("up --exit-code-from task");
        Assert.Equal(5, result.ExitCode);
        result.Contains("from web").Contains("from task").Contains("exited with code 5");
        (await project.Compose("logs web")).Succeeds().Contains("from web").Lacks("from task");
        (await project.Compose("start web")).Succeeds();
        (await project.Compose("ps")).Succeeds().Contains("web").Contains("Up");
        (await project.Compose("restart -t 0 web")).Succeeds();
        (await project.Compose("stop -t 0")).Succeeds();
        (await project.Stage.Run($"ps -q --filter label=com.docker.compose.project={project.Name}")).Prints("");
        (await project.Compose("rm -f")).Succeeds();
        (await project.Stage.Run($"ps -aq --filter label=com.docker.compose.project={project.Name}")).Prints("");
        (await project.Compose("down")).Succeeds();
    });

    [Theory, MemberData(nameof(OwnWays))]
    public Task Secrets_configs_and_profiles(string way) => Play(way, async project =>
    {
        project.Write("token.txt", "from a file\n");
        project.Write("compose.yaml", """
            services:
              web:
                image: busybox
                command: sleep 1000
                stop_signal: SIGKILL
                secrets: [token, { source: password, target: /etc/password, mode: 0400, uid: "12" }]
                configs: [{ source: http, target: /etc/http.conf }]
              debug:
                image: busybox
                command: sleep 1000
                stop_signal: SIGKILL
                profiles: [tools]
            secrets:
              token: { file: ./token.txt }
              password: { environment: PASSWORD }
            configs:
              http: { content: "listen ${PORT:-80}" }
            """);
        (await project.Compose("up -d", ("PASSWORD", "pass"))).Succeeds();
        (await project.InWeb("sh -c 'cat /run/secrets/token /etc/password; echo; cat /etc/http.conf; echo; stat -c %a:%u /etc/password'")).Prints("from a file\npass\nlisten 80\n400:12");
        Assert.Empty(await project.IdAsync("debug"));
        (await project.Compose("--profile tools up -d", ("PASSWORD", "pass"))).Succeeds();
        Assert.NotEmpty(await project.IdAsync("debug"));
        (await project.Compose("--profile tools down", ("PASSWORD", "pass"))).Succeeds();
    });

    [Theory, MemberData(nameof(OwnWays))]
    public Task What_goes_wrong_is_told(string way) => Play(way, async project =>
    {
        project.Write("compose.yaml", "services:\n  web:\n    image: busybox\n    prots: [80]\n");
        (await project.Compose("up -d")).Fails().Says("compose.yaml:4:").Says("prots").Says("ports");
        project.Write("compose.yaml", "services:\n  web: { image: busybox, depends_on: { db: { condition: service_completed_successfully } } }\n  db: { image: busybox, command: \"sh -c 'exit 3'\" }\n");
        (await project.Compose("up -d")).Fails().Says("service \"db\" didn't complete successfully: exit 3");
        (await project.Compose("down")).Succeeds();
        project.Write("compose.yaml", "services:\n  web: { image: busybox, networks: [there] }\nnetworks: { there: { external: true, name: nowhere } }\n");
        (await project.Compose("up -d")).Fails().Says("network nowhere declared as external, but could not be found");
        (await project.Compose("up --exit-code-from wbe")).Fails().Says("no such service: wbe");
        (await project.Compose("up -d wbe")).Fails().Says("no such service: wbe");
        (await project.Compose("down")).Succeeds();
        project.Write("compose.yaml", "services:\n  web: { image: nowhere.invalid/none }\n");
        (await project.Compose("up -d")).Fails().Says("nowhere.invalid");
        // What cannot be started is told by an up that stays too.
        project.Write("compose.yaml", "services:\n  web: { image: busybox, command: /nothing }\n");
        Assert.Equal(1, (await project.Compose("up --abort-on-container-exit")).Says("/nothing").ExitCode);
        (await project.Compose("down")).Succeeds();
        // A plan changes nothing.
        project.Write("compose.yaml", "services:\n  web: { image: busybox, command: sleep 1000, stop_signal: SIGKILL }\n");
        (await project.Compose("up --plan")).Succeeds().Contains($"create   {project.Name}-web-1");
        (await project.Compose("--compatibility up --plan")).Succeeds().Contains($"create   {project.Name}_web_1");
        Assert.Empty(await project.IdAsync("web"));
    });

    /// <summary>What has a health check and is more than one is replaced one by one; a new one that is not well leaves the old one.</summary>
    [Theory, MemberData(nameof(OwnWays))]
    public Task Replaced_one_by_one(string way) => Play(way, async project =>
    {
        const string text = """
            services:
              web:
                image: busybox
                command: sleep 1000
                stop_signal: SIGKILL
                environment: { GOOD: "yes" }
                healthcheck: { test: "test $$GOOD = yes", interval: 1s, retries: 2 }
                deploy: { replicas: 2 }
                labels: { turn: "1" }
            """;
        project.Write("compose.yaml", text);
        (await project.Compose("up -d --wait")).Succeeds();
        var before = (await project.IdAsync("web")).Split('\n');
        project.Write("compose.yaml", text.Replace("turn: \"1\"", "turn: \"2\"", StringComparison.Ordinal));
        (await project.Compose("up -d")).Succeeds();
        var after = (await project.IdAsync("web")).Split('\n');
        Assert.Equal(2, after.Length);
        Assert.Empty(after.Intersect(before));
        // The second began when the first was well: both were never away at once.
        var times = (await project.Stage.Run($"inspect -f {{{{.State.StartedAt}}}} {string.Join(' ', after)}")).Succeeds().Lines.Order(StringComparer.Ordinal).ToArray();
        Assert.True(DateTimeOffset.Parse(times[1], System.Globalization.CultureInfo.InvariantCulture) - DateTimeOffset.Parse(times[0], System.Globalization.CultureInfo.InvariantCulture) >= TimeSpan.FromSeconds(0.5));
        (await project.Stage.Run($"inspect -f {{{{.State.Status}}}} {project.Name}-web-1 {project.Name}-web-2")).Succeeds().Prints("running\nrunning");
        project.Write("compose.yaml", text.Replace("\"yes\"", "\"no\"", StringComparison.Ordinal));
        (await project.Compose("up -d")).Fails().Says("is unhealthy");
        Assert.Equal(after, (await project.IdAsync("web")).Split('\n'));
        (await project.Compose("down")).Succeeds();
    });

    /// <summary>On gantryd nothing is lost of what comes through another service's published port while a scaled service is replaced.</summary>
    [Theory, MemberData(nameof(GantrydOnly))]
    public Task Replaced_without_losing_a_request(string way) => Play(way, async project =>
    {
        const string text = """
            services:
              front:
                image: busybox
                ports: ["8000:80"]
                stop_signal: SIGKILL
                command: ["sh", "-c", "mkdir -p /www/cgi-bin; printf '#!/bin/sh\\necho; exec wget -qO- http://web/\\n' > /www/cgi-bin/ask; chmod 755 /www/cgi-bin/ask; exec httpd -f -p 80 -h /www"]
              web:
                image: busybox
                command: sh -c "mkdir /www; sleep 1; echo $$TURN > /www/index.html; exec httpd -f -p 80 -h /www"
                stop_signal: SIGKILL
                healthcheck: { test: "wget -qO- http://127.0.0.1/ >/dev/null", interval: 1s, retries: 5 }
                deploy: { replicas: 2 }
                environment: { TURN: "1" }
            """;
        project.Write("compose.yaml", text);
        (await project.Compose("up -d --wait")).Succeeds();
        await project.Reaches("wget -qO- http://127.0.0.1:8000/cgi-bin/ask", "1");
        project.Write("compose.yaml", text.Replace("TURN: \"1\"", "TURN: \"2\"", StringComparison.Ordinal));
        var up = project.Compose("up -d");
        var seen = new List<string>();
        while (!up.IsCompleted) seen.Add((await project.Stage.World.Sandbox.RunAsync("wget", "-qO-", "http://127.0.0.1:8000/cgi-bin/ask")).Text);
        (await up).Succeeds();
        Assert.Contains("1", seen);
        Assert.DoesNotContain("", seen);
        await project.Reaches("wget -qO- http://127.0.0.1:8000/cgi-bin/ask", "2");
        (await project.Compose("down")).Succeeds();
    });

    /// <summary>What is published is run from the registry, with its environment files, by whoever has nothing else of it.</summary>
    [Theory, MemberData(nameof(GantrydOnly))]
    public Task Published_and_run_from_a_registry(string way) => Play(way, async project =>
    {
        var name = $"{Registry.Address}/{project.Name}:1";
        project.Write("web.env", "WORD=from a file\n");
        project.Write("compose.yaml", """
            services:
              web: { image: busybox, env_file: web.env, command: sh -c 'echo "$$WORD"; exec sleep 1000', stop_signal: SIGKILL }
            """);
        (await project.Compose($"publish -y {name}")).Fails().Says("--with-env publishes them");
        (await project.Compose($"publish -y --with-env {name}")).Succeeds().Contains("published: sha256:");
        File.Delete(Path.Combine(project.Directory, "compose.yaml"));
        File.Delete(Path.Combine(project.Directory, "web.env"));
        (await project.Stage.Run($"compose -p {project.Name} -f oci://{name} up -d")).Succeeds();
        await project.Stage.Until($"compose -p {project.Name} logs --no-log-prefix", result => result.Text == "from a file");
        project.Write("compose.yaml", $"include: ['oci://{name}']\nservices: {{ other: {{ image: busybox }} }}\n");
        (await project.Compose("config --services")).Succeeds().Prints("other\nweb");
        (await project.Compose($"-f oci://{name}0 config")).Fails().Says("there is no such project at the registry");
        (await project.Compose($"-f oci://{Registry.Address}/busybox config")).Fails().Says("it is no published Compose project");
        (await project.Compose("down")).Succeeds();
    });

    /// <summary>Images are built side by side, each after those it is made of; where one fails, it is said which.</summary>
    [Theory, MemberData(nameof(GantrydOnly))]
    public Task Images_that_are_made_of_each_other(string way) => Play(way, async project =>
    {
        project.Write("base/Dockerfile", "FROM busybox\nRUN sleep 1; echo base > /base\n");
        project.Write("web/Dockerfile", "FROM base\nRUN test -e /base\nCMD [\"cat\", \"/base\"]\n");
        project.Write("bad/Dockerfile", "FROM busybox\nRUN exit 3\n");
        project.Write("compose.yaml", """
            services:
              base: { build: base, command: "true" }
              web: { build: { context: web, additional_contexts: { base: "service:base" } } }
              bad: { build: bad, profiles: [bad] }
            """);
        (await project.Compose("build")).Succeeds().Contains("[base 2/2] RUN sleep 1").Contains("[web 2/2] RUN test -e /base");
        (await project.Compose("up")).Succeeds().Contains("base");
        Assert.Equal(17, (await project.Compose("build bad")).Says("exit code: 3").Says("failed to build service bad").ExitCode);
        (await project.Compose("down --rmi all")).Succeeds();
    });

    /// <summary>A dry run tells what would be done, and does nothing.</summary>
    [Theory, MemberData(nameof(OwnWays))]
    public Task Rehearsed(string way) => Play(way, async project =>
    {
        project.Write("compose.yaml", """
            services:
              web: { image: busybox, command: sleep 1000, stop_signal: SIGKILL, depends_on: { db: { condition: service_healthy } }, volumes: ["data:/data"] }
              db: { image: busybox, command: sleep 1000, stop_signal: SIGKILL, healthcheck: { test: "true", interval: 1s } }
            volumes: { data: {} }
            """);
        (await project.Compose("--dry-run up -d")).Succeeds()
            .Says($"DRY-RUN MODE -  Network {project.Name}_default  Created").Says($"DRY-RUN MODE -  Container {project.Name}-db-1  Healthy").Says($"DRY-RUN MODE -  Container {project.Name}-web-1  Started");
        Assert.Empty(await project.IdAsync("web"));
        (await project.Stage.Run($"volume ls -q --filter name={project.Name}")).Prints("");
        (await project.Compose("up -d")).Succeeds();
        var id = await project.IdAsync("web");
        (await project.Compose("up -d --dry-run --force-recreate")).Succeeds().Says($"Container {project.Name}-web-1  Recreated");
        (await project.Compose("stop --dry-run")).Succeeds().Says("Stopped");
        (await project.Compose("--dry-run down -v")).Succeeds().Says($"Volume {project.Name}_data  Removed");
        Assert.Equal(id, await project.IdAsync("web"));
        (await project.Compose("down -v")).Succeeds();
    });

    /// <summary>What another program provides is brought up and down by it, and who depends on it gets its variables.</summary>
    [Theory, MemberData(nameof(OwnWays))]
    public Task Provided_by_another_program(string way) => Play(way, async project =>
    {
        project.Write("bin/provide", """
            #!/bin/sh
            echo "$@" >> "$0.log"
            [ "$3" = up ] || exit 0
            echo '{"type": "info", "message": "making"}'
            echo '{"type": "setenv", "message": "URL=sql://here"}'
            """);
        File.SetUnixFileMode(Path.Combine(project.Directory, "bin/provide"), (UnixFileMode)0x1ED /* 0755 */);
        project.Write("compose.yaml", """
            services:
              web: { image: busybox, command: "sh -c 'echo $$DATA_BASE_URL'", depends_on: [data-base] }
              data-base: { provider: { type: provide, options: { kind: sql } } }
            """);
        var path = ("PATH", (string?)$"{project.Directory}/bin:{Environment.GetEnvironmentVariable("PATH")}");
        (await project.Compose("up", path)).Succeeds().Contains("sql://here");
        (await project.Compose("down", path)).Succeeds();
        Assert.Equal(
            $"compose --project-name={project.Name} up --kind=sql data-base\ncompose --project-name={project.Name} down --kind=sql data-base\n",
            await File.ReadAllTextAsync(Path.Combine(project.Directory, "bin/provide.log")));
        (await project.Compose("up")).Fails().Says("there is no program for provider provide");
        project.Write("bin/provide", "#!/bin/sh\necho hello\nsleep 1000\n");
        (await project.Compose("up", path)).Fails().Says("printed hello, where a line of JSON");
        File.SetUnixFileMode(Path.Combine(project.Directory, "bin/provide"), UnixFileMode.UserRead);
        (await project.Compose("up", path)).Fails().Says("the program of provider provide cannot be run");
        File.Delete(Path.Combine(project.Directory, "bin/provide"));
        project.Write("compose.yaml", "services:\n  web: { image: busybox }\n");
        (await project.Compose("down", path)).Succeeds();
    });

    /// <summary>An up that is killed leaves the new container under another name, beside the old one or without it.</summary>
    [Theory, MemberData(nameof(OwnWays))]
    public Task An_interrupted_up_goes_on(string way) => Play(way, async project =>
    {
        project.Write("compose.yaml", "services:\n  web: { image: busybox, command: sleep 1000, stop_signal: SIGKILL }\n");
        (await project.Compose("up -d")).Succeeds();
        var id = await project.IdAsync("web");
        (await project.Stage.Run($"rename {project.Name}-web-1 {id[..12]}_{project.Name}-web-1")).Succeeds();
        (await project.Compose("up -d")).Succeeds();
        Assert.Equal(id, await project.IdAsync("web"));
        (await project.Stage.Run($"inspect -f {{{{.Id}}}} {project.Name}-web-1")).Succeeds().Prints(id);
        (await project.Compose("down")).Succeeds();
    });

    /// <summary>Two who bring up the same project make it once.</summary>
    [Theory, MemberData(nameof(OwnWays))]
    public Task Two_at_once(string way) => Play(way, async project =>
    {
        project.Write("compose.yaml", "services:\n  web: { image: busybox, command: sleep 1000, stop_signal: SIGKILL, deploy: { replicas: 3 } }\n");
        foreach (var result in await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => project.Compose("up -d")))) result.Succeeds();
        Assert.Equal(3, (await project.IdAsync("web")).Split('\n').Length);
        (await project.Compose("down")).Succeeds();
    });
}
