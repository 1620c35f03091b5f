using System.Collections.Frozen;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Mesh.Grains.Declarative;

/// <summary>Writes JSON nodes as YAML that any reader, of version 1.1 or 1.2, takes for the same values.</summary>
internal static class YamlText
{
    private static readonly FrozenSet<string> Words =
        FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "true", "false", "null", "yes", "no", "on", "off", "y", "n");

    public static string Write(JsonObject document)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var emitter = new Emitter(text, EmitterSettings.Default.WithBestWidth(int.MaxValue).WithNewLine("\n").WithIndentedSequences());
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart());
        Write(emitter, document);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    private static void Write(Emitter emitter, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject mapping:
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, mapping.Count == 0 ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var (name, value) in mapping)
                {
                    emitter.Emit(Text(name));
                    Write(emitter, value);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonArray sequence:
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, sequence.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (var value in sequence)
                {
                    Write(emitter, value);
                }

                emitter.Emit(new SequenceEnd());
                break;
            case JsonValue value when value.TryGetValue<string>(out var text):
                emitter.Emit(Text(text));
                break;
            default:
                emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, node?.ToJsonString() ?? "null", ScalarStyle.Plain, isPlainImplicit: true, isQuotedImplicit: false));
                break;
        }
    }

    private static Scalar Text(string text) => new(AnchorName.Empty, TagName.Empty, text, Style(text), isPlainImplicit: true, isQuotedImplicit: true);

    private static ScalarStyle Style(string text)
    {
        if (IsBlock(text))
        {
            return ScalarStyle.Literal;
        }

        return text.Length > 0 && (char.IsAsciiLetter(text[0]) || text[0] == '/') && !Words.Contains(text)
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '/')
                ? ScalarStyle.Plain
                : ScalarStyle.DoubleQuoted;
    }

    /// <summary>Certificates and keys read best as they are: printable lines without spaces at either end.</summary>
    private static bool IsBlock(string text) =>
        text.Contains('\n') && text.All(c => c is '\n' or (>= ' ' and <= '~'))
        && text[^1] == '\n' && text.TrimEnd('\n').Split('\n').All(line => line.Length > 0 && line[0] != ' ' && line[^1] != ' ');
}
