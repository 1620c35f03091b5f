using System.Text.Json;
using Mesh.Silo.Tests.Admin;

namespace Mesh.Silo.Tests.Cli.Client;

/// <summary>The verbs against a real Admin API: what they print, and the exit codes that scripts rely on.</summary>
[Collection<ConsoleCollection>]
public sealed class ClientVerbTests(AdminFixture admin) : IClassFixture<AdminFixture>, IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("mesh-cli-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task Ping_says_where_the_configuration_stands()
    {
        (int code, string output, string errors) = await Run("ping");
        Assert.Equal((0, ""), (code, errors));
        Assert.Matches(@"^The Admin API answers \(in \d+ ms\); the configuration is at revision \d+\.", output);
    }

    [Fact]
    public async Task A_token_is_made_listed_used_and_revoked()
    {
        (int code, string token, string errors) = await Run("tokens", "create", "cli-test", "--role", "viewer", "--ttl", "90d", "--only-tags", "a,b");
        Assert.Equal((0, ""), (code, errors));
        Assert.Matches("^mesh_[A-Za-z0-9_-]{43}$", token.Trim());
        string line = Assert.Single((await Succeed("tokens", "list")).Split('\n', StringSplitOptions.RemoveEmptyEntries), line => line.StartsWith("cli-test ", StringComparison.Ordinal));
        Assert.Matches(@"viewer +tags a,b, expires \d{4}-\S+Z, last used never", line);
        Assert.DoesNotContain(token.Trim(), line, StringComparison.Ordinal);
        Assert.Equal(0, (await Run("ping", "--token", token.Trim())).Code);

        string file = Write("token", token);
        Assert.Equal(0, (await Run("ping", "--admin-token-file", file)).Code);
        (code, _, errors) = await Run("tokens", "revoke", "cli-test");
        Assert.Equal((0, "cli-test is revoked."), (code, errors.Trim()));
        (code, _, errors) = await Run("ping", "--token", token.Trim());
        Assert.Equal(1, code);
        Assert.Contains("--token", errors, StringComparison.Ordinal);
        Assert.Equal((1, "mesh: there is no token cli-test"), await Failure("tokens", "revoke", "cli-test"));
        Assert.Equal((1, "mesh: --ttl soon: expected a number with s, m, h or d behind it, such as 90d"), await Failure("tokens", "create", "x", "--role", "viewer", "--ttl", "soon"));

        async Task<(int, string)> Failure(params string[] arguments)
        {
            (int failed, _, string said) = await Run(arguments);
            return (failed, said.Trim());
        }
    }

    [Fact]
    public async Task Nobody_listening_is_one_line_and_code_1()
    {
        (int code, string output, string errors) = await CommandLine.Run("ping", "--admin-url", "http://127.0.0.1:1");
        Assert.Equal((1, ""), (code, output));
        Assert.Equal("mesh: http://127.0.0.1:1/ cannot be asked: Connection refused (MESH_ADMIN_URL)", errors.Trim());
    }

    [Fact]
    public async Task A_url_that_is_none_is_refused_as_every_setting_is()
    {
        (int code, _, string errors) = await CommandLine.Run("ping", "--admin-url", "nowhere");
        Assert.Equal(1, code);
        Assert.StartsWith("mesh: MESH_ADMIN_URL", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_is_compared_applied_and_compared_again()
    {
        string file = Write("a.yaml", Document("one", "two"));
        await Succeed("apply", file);
        Assert.Equal(0, (await Run("diff", file)).Code);

        string changed = Write("b.yaml", Document("one", "three").Replace("9001", "9002", StringComparison.Ordinal));
        (int code, string plan, _) = await Run("diff", changed);
        Assert.Equal(2, code);
        string[] lines = plan.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(lines, line => line.StartsWith("+ services/three (", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("- services/two (", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("~ services/one (", StringComparison.Ordinal));
        Assert.Contains("    port: 9001 -> 9002", lines);
        Assert.StartsWith("1 created, 1 updated, 1 deleted, against revision", lines[^1], StringComparison.Ordinal);

        (code, string dry, _) = await Run("apply", changed, "--dry-run");
        Assert.Equal((2, plan), (code, dry));
        Assert.StartsWith("1 created, 1 updated, 1 deleted, now at revision", await Succeed("apply", changed), StringComparison.Ordinal);
        Assert.Equal(0, (await Run("diff", changed)).Code);
    }

    [Fact]
    public async Task What_is_dumped_can_be_applied_and_changes_nothing()
    {
        string file = Write("keys.yaml", """
            _format_version: "3.0"
            consumers:
            - username: bob
              keyauth_credentials:
              - key: open-sesame
              basicauth_credentials:
              - username: bob
                password: hunter2
            """);
        await Succeed("apply", file);
        foreach (string[] options in new string[][] { [], ["--secrets"], ["--json"], ["--secrets", "--json"] })
        {
            string dump = Path.Combine(directory, "dump");
            await Succeed(["dump", "-o", dump, .. options]);
            string text = await File.ReadAllTextAsync(dump, TestContext.Current.CancellationToken);
            Assert.Equal(options.Contains("--secrets"), text.Contains("open-sesame", StringComparison.Ordinal));
            Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);
            (int code, string plan, string errors) = await Run("diff", dump);
            Assert.True(code == 0, plan + errors);
        }
    }

    [Fact]
    public async Task Mistakes_are_listed_with_line_and_column_and_nothing_changes()
    {
        await Succeed("apply", Write("good.yaml", Document("one", "two")));
        string bad = Write("bad.yaml", Document("one", "two").Replace("9001", "many", StringComparison.Ordinal));
        foreach (string verb in new[] { "validate", "diff", "apply" })
        {
            (int code, string output, string errors) = await Run(verb, bad);
            Assert.Equal((1, ""), (code, output));
            Assert.Contains($"{bad}:5:9: services[0].port: expected an integer", errors, StringComparison.Ordinal);
        }

        Assert.Equal(0, (await Run("diff", Path.Combine(directory, "good.yaml"))).Code);
        (int broken, _, string reason) = await Run("validate", Write("broken.yaml", "a: [\nb"));
        Assert.Equal(1, broken);
        Assert.Matches(@"broken\.yaml:\d+:\d+: ", reason);
        (int missing, _, reason) = await Run("apply", Path.Combine(directory, "nothing.yaml"));
        Assert.Equal(1, missing);
        Assert.Contains("cannot be read", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task History_shows_the_commits_and_revert_brings_one_back()
    {
        await Succeed("apply", Write("first.yaml", Document("first", "other")));
        long revision = await Head();
        await Succeed("apply", Write("second.yaml", Document("second", "other")));

        string[] commits = (await Succeed("history", "--limit", "2")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, commits.Length);
        Assert.Matches($@"^ +{revision + 1}  \d\d\d\d-\d\d-\d\dT\S+Z  anonymous@127\.0\.0\.1  apply a document of 2 entities", commits[0]);
        Assert.Contains("+ services/second", await Succeed("history", $"{revision + 1}"), StringComparison.Ordinal);
        Assert.Contains("- services/second", await Succeed("history", $"{revision + 1}..{revision}"), StringComparison.Ordinal);

        (int code, string output, string errors) = await Run("revert", $"{revision}", "--if-revision", $"{revision}");
        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith("mesh: ", errors, StringComparison.Ordinal);
        (code, output, _) = await Run("revert", $"{revision}", "--dry-run");
        Assert.Equal(2, code);
        Assert.Contains("+ services/first", output, StringComparison.Ordinal);
        Assert.Contains("1 created, 0 updated, 1 deleted, now at revision", await Succeed("revert", $"{revision}"), StringComparison.Ordinal);
        Assert.Equal(0, (await Run("diff", Path.Combine(directory, "first.yaml"))).Code);
        Assert.Contains("nothing to do", await Succeed("revert", $"{revision}"), StringComparison.Ordinal);
        (code, _, errors) = await Run("history", "999999");
        Assert.Equal(1, code);
        Assert.NotEmpty(errors);
    }

    [Fact]
    public async Task Json_is_the_answer_as_it_came()
    {
        await Succeed("apply", Write("json.yaml", Document("one", "two")));
        using JsonDocument commits = JsonDocument.Parse(await Succeed("history", "--limit", "1", "--format", "json"));
        Assert.Equal(1, commits.RootElement.GetProperty("data").GetArrayLength());
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("pwsh")]
    public async Task Completion_scripts_ask_the_program(string shell)
    {
        (int code, string script, _) = await CommandLine.Run("completion", shell);
        Assert.Equal(0, code);
        Assert.Contains("[suggest:", script, StringComparison.Ordinal);
        (code, string suggestions, _) = await CommandLine.Run("[suggest:8]", "mesh hist");
        Assert.Equal((0, "history"), (code, suggestions.Split('\n')[0].Trim()));
    }

    private static string Document(params string[] services) =>
        string.Concat(["_format_version: \"3.0\"\nservices:\n", .. services.Select((name, index) => $"- name: {name}\n  host: a.test\n  port: {9001 + (index * 10)}\n")]);

    private Task<(int Code, string Output, string Errors)> Run(params string[] arguments) =>
        CommandLine.Run([.. arguments, "--admin-url", admin.Address]);

    private async Task<string> Succeed(params string[] arguments)
    {
        (int code, string output, string errors) = await Run(arguments);
        Assert.True(code == 0, $"{string.Join(' ', arguments)}: {code}\n{output}{errors}");
        return output;
    }

    private async Task<long> Head()
    {
        using JsonDocument commits = JsonDocument.Parse(await Succeed("history", "--limit", "1", "--format", "json"));
        return commits.RootElement.GetProperty("data")[0].GetProperty("revision").GetInt64();
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(directory, name);
        File.WriteAllText(path, text);
        return path;
    }
}
