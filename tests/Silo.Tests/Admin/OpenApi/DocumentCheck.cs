using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Silo.Tests.Admin.OpenApi;

/// <summary>Holds a document against the OpenAPI 3.1 schema and values against its schemas, by validators that are not ours (<c>tests/openapi</c>).</summary>
internal sealed class DocumentCheck(JsonObject document)
{
    private static readonly string Folder = Path.Combine(Repository(), "tests", "openapi");
    private readonly JsonArray checks = [];

    public int Count => checks.Count;

    public void Add(string name, string pointer, JsonNode? instance) =>
        checks.Add(new JsonObject { ["name"] = name, ["schema"] = pointer, ["instance"] = instance?.DeepClone() });

    /// <summary>An answer against the schema of its operation and status.</summary>
    public void AddAnswer(string method, string template, Reply reply)
    {
        string status = ((int)reply.Status).ToString();
        JsonNode? answer = document["paths"]?[template]?[method.ToLowerInvariant()]?["responses"]?[status];
        Assert.True(answer is not null, $"{method} {template}: the document does not know the answer {status}: {reply.Text}");
        bool shared = answer["$ref"] is not null;
        string pointer = shared ? answer["$ref"]!.GetValue<string>()[1..] : $"/paths/{Escape(template)}/{method.ToLowerInvariant()}/responses/{status}";
        if (reply.Body.Length > 0)
        {
            Add($"{method} {template} {status}", $"{pointer}/content/application~1json/schema", JsonNode.Parse(reply.Body));
        }
        else
        {
            Assert.True(answer["content"] is null, $"{method} {template} {status} has no body");
        }
    }

    /// <returns>What is wrong, a line each.</returns>
    public async Task<string[]> Run()
    {
        Assert.True(Directory.Exists(Path.Combine(Folder, "node_modules")), "the validators are not installed: 'npm install' in tests/openapi, as tests/run does");
        ProcessStartInfo start = new("node", ["validate.mjs"])
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process node = Process.Start(start)!;
        Task<string> output = node.StandardOutput.ReadToEndAsync();
        Task<string> errors = node.StandardError.ReadToEndAsync();
        await node.StandardInput.WriteAsync(JsonSerializer.Serialize(new JsonObject { ["document"] = document.DeepClone(), ["checks"] = checks }));
        node.StandardInput.Close();
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0, await errors);
        return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string Escape(string template) => template.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private static string Repository()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Mesh.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("not inside the repository");
    }
}
