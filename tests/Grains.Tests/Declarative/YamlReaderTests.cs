using System.Text;
using CsCheck;
using Mesh.Grains.Declarative;

namespace Mesh.Grains.Tests.Declarative;

/// <summary>Whatever text comes, the reader gives a document or a reason with line and column.</summary>
public sealed class YamlReaderTests
{
    private const string Pieces = "[]{}:,-?&*!|>'\"%@`#~\\ \n\t\0ab1é";

    private const string Sample = """
        _format_version: "3.0"
        services: &all
        - name: a
          url: 'http://a.test'
          tags: [x, "y\n", {a: b}]
        - <<: {name: c}
          host: |
            text
            more
        plugins: *all
        """;

    [Theory]
    [InlineData("a: [\nb")]
    [InlineData("a: {b")]
    [InlineData("a: \"\\u12")]
    [InlineData("? [a]: b")]
    [InlineData("a: *b")]
    [InlineData("- a\n- b")]
    [InlineData("%YAML 9.9\n---\na: b")]
    public void A_broken_document_has_a_reason_with_line_and_column(string text)
    {
        Assert.Null(YamlReader.Parse(text, TestContext.Current.CancellationToken, out string? error));
        Assert.Matches(@"\(line \d+, column \d+\)$", error);
    }

    [Fact]
    public void No_text_makes_it_throw() =>
        Gen.Select(Gen.Int[0, Sample.Length - 1], Gen.Int[0, 12], Gen.Char[Pieces].Array[0, 8])
            .Sample((start, length, inserted) => Holds(Sample.Remove(start, Math.Min(length, Sample.Length - start)).Insert(start, new string(inserted))), iter: 20_000);

    [Fact]
    public void No_soup_of_signs_makes_it_throw() =>
        Gen.Char[Pieces].Array[0, 60].Sample(signs => Holds(new string(signs)), iter: 20_000);

    private static void Holds(string text)
    {
        bool read = YamlReader.Parse(text, TestContext.Current.CancellationToken, out string? error) is not null;
        Assert.Equal(read, error is null);
        Assert.True(error is null || error.Contains("(line ", StringComparison.Ordinal), Encoding.UTF8.GetByteCount(text) + error);
    }
}
