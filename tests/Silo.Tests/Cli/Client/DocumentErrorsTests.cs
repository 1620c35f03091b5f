using System.Text;
using System.Text.Json;
using Mesh.Silo.Cli.Client;

namespace Mesh.Silo.Tests.Cli.Client;

public class DocumentErrorsTests
{
    private const string Document = """
        _format_version: "3.0"
        services:
        - name: a
          retries: x
          routes:
          - name: r
            paths: [/a, b]
        - name: b
        """;

    [Fact]
    public void Every_message_stands_at_its_line_and_column()
    {
        string[] lines = Lines("""
            {"message":"declarative config is invalid","errors":[
              {"place":"services[0]","message":"m","fields":{"retries":"expected an integer"}},
              {"place":"services[0].routes[0]","message":"m","fields":{"paths":[null,"should start with: /"],"@entity":["must set one"]}},
              {"place":"services[1]","message":"required"},
              {"place":"services[1]","message":"m","fields":{"host":"required field missing"}},
              {"place":null,"message":"m","fields":{"_format_version":"unknown"}}]}
            """);
        Assert.Equal(
        [
            "f.yaml:4:12: services[0].retries: expected an integer",
            "f.yaml:7:17: services[0].routes[0].paths.2: should start with: /",
            "f.yaml:6:5: services[0].routes[0]: must set one",
            "f.yaml:8:3: services[1]: required",
            "f.yaml:8:3: services[1].host: required field missing",
            "f.yaml:1:18: _format_version: unknown",
        ], lines);
    }

    [Fact]
    public void A_document_that_is_no_YAML_is_told_where_it_breaks() => Assert.Equal(
        ["f.yaml:3:7: the alias 'x' stands for nothing"],
        Lines("""{"message":"declarative config is invalid: the alias 'x' stands for nothing (line 3, column 7)","errors":[]}"""));

    [Fact]
    public void Without_a_list_the_message_is_all_there_is() => Assert.Equal(["f.yaml: too long"], Lines("""{"message":"too long"}"""));

    private static string[] Lines(string answer) =>
        [.. DocumentErrors.Lines(new DocumentFile("f.yaml", Encoding.UTF8.GetBytes(Document)), new AdminReply(400, JsonDocument.Parse(answer).RootElement, 3, null))];
}
