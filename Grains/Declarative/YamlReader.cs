using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.Grains.Validation;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Mesh.Grains.Declarative;

/// <summary>
/// YAML 1.2 (core schema, and <c>&lt;&lt;</c> merges) from parser events to JSON nodes. Depth is bounded, and so is what aliases may
/// unfold to: a few lines of YAML can otherwise stand for more than any memory holds.
/// </summary>
internal sealed class YamlReader
{
    /// <summary>Nodes that all aliases of a document together may stand for; sixteen characters of text count as one more.</summary>
    public const int MaxAliasedNodes = 1_000_000;

    private readonly Parser parser;
    private readonly CancellationToken cancellation;
    private readonly Dictionary<AnchorName, (JsonNode? Node, long Size)> anchors = [];
    private long aliasedNodes;
    private int nodes;

    private YamlReader(string text, CancellationToken cancellation)
    {
        parser = new Parser(new StringReader(text));
        this.cancellation = cancellation;
    }

    /// <returns>Null, with reason, line and column in <paramref name="error"/>, unless the text is one YAML mapping.</returns>
    public static JsonObject? Parse(string text, CancellationToken cancellation, out string? error)
    {
        var reader = new YamlReader(text, cancellation);
        try
        {
            error = null;
            return reader.ReadDocument();
        }
        catch (YamlException failure)
        {
            error = At(failure.Message, failure.Start);
            return null;
        }
        catch (Exception failure) when (failure is InvalidOperationException or ArgumentException or IndexOutOfRangeException or OverflowException or FormatException)
        {
            // The scanner leaves by these where a construct breaks off.
            error = At("a construct breaks off or holds what it cannot hold", reader.parser.Current?.End ?? Mark.Empty);
            return null;
        }
    }

    private static string At(string message, Mark mark) =>
        string.Create(CultureInfo.InvariantCulture, $"{message} (line {mark.Line}, column {mark.Column})");

    private JsonObject ReadDocument()
    {
        parser.Consume<StreamStart>();
        if (!parser.TryConsume<DocumentStart>(out _))
        {
            throw new YamlException("the document is empty");
        }

        var start = parser.Current!.Start;
        var root = ReadNode(0);
        parser.Consume<DocumentEnd>();
        if (!parser.TryConsume<StreamEnd>(out _))
        {
            throw new YamlException(parser.Current!.Start, parser.Current.End, "more than one document");
        }

        return root as JsonObject ?? throw new YamlException(start, start, "the document must be a mapping");
    }

    private JsonNode? ReadNode(int depth)
    {
        if ((++nodes & 0xFFF) == 0)
        {
            cancellation.ThrowIfCancellationRequested();
        }

        var current = parser.Current!;
        if (depth >= JsonBody.MaxDepth)
        {
            throw new YamlException(current.Start, current.End, $"nested deeper than {JsonBody.MaxDepth} levels");
        }

        if (parser.TryConsume<AnchorAlias>(out var alias))
        {
            return Unfold(alias, depth);
        }

        var anchor = (current as NodeEvent)?.Anchor ?? AnchorName.Empty;
        JsonNode? node = current switch
        {
            MappingStart => ReadMapping(depth),
            SequenceStart => ReadSequence(depth),
            _ => ReadScalar(parser.Consume<Scalar>()),
        };
        if (!anchor.IsEmpty)
        {
            anchors[anchor] = (node, SizeOf(node));
        }

        return node;
    }

    private JsonNode? Unfold(AnchorAlias alias, int depth)
    {
        if (!anchors.TryGetValue(alias.Value, out var anchored))
        {
            throw new YamlException(alias.Start, alias.End, $"the alias '{alias.Value}' stands for nothing (or for itself)");
        }

        aliasedNodes += anchored.Size;
        if (aliasedNodes > MaxAliasedNodes)
        {
            throw new YamlException(alias.Start, alias.End, $"aliases stand for more than {MaxAliasedNodes} nodes");
        }

        if (depth + DepthOf(anchored.Node) > JsonBody.MaxDepth)
        {
            throw new YamlException(alias.Start, alias.End, $"nested deeper than {JsonBody.MaxDepth} levels");
        }

        return anchored.Node?.DeepClone();
    }

    private JsonObject ReadMapping(int depth)
    {
        var result = new JsonObject();
        List<JsonNode?>? merged = null;
        parser.Consume<MappingStart>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (!parser.TryConsume<Scalar>(out var key))
            {
                throw new YamlException(parser.Current!.Start, parser.Current.End, "a key must be a scalar");
            }

            var value = ReadNode(depth + 1);
            if (key is { Value: "<<", Style: ScalarStyle.Plain })
            {
                (merged ??= []).Add(value);
            }
            else if (!result.TryAdd(key.Value, value))
            {
                throw new YamlException(key.Start, key.End, $"the key '{key.Value}' is given twice");
            }
        }

        foreach (var source in merged ?? [])
        {
            Merge(result, source);
        }

        return result;
    }

    /// <summary>Keys that stand in the mapping itself, or were merged earlier, win.</summary>
    private static void Merge(JsonObject target, JsonNode? source)
    {
        foreach (var mapping in source is JsonArray list ? list.OfType<JsonObject>() : [source as JsonObject ?? []])
        {
            foreach (var (name, value) in mapping)
            {
                if (!target.ContainsKey(name))
                {
                    target.Add(name, value?.DeepClone());
                }
            }
        }
    }

    private JsonArray ReadSequence(int depth)
    {
        var result = new JsonArray();
        parser.Consume<SequenceStart>();
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            result.Add(ReadNode(depth + 1));
        }

        return result;
    }

    private static JsonValue? ReadScalar(Scalar scalar)
    {
        var text = scalar.Value;
        if (scalar.Style != ScalarStyle.Plain || scalar.Tag == "tag:yaml.org,2002:str")
        {
            return JsonValue.Create(text);
        }

        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return null;
            case "true" or "True" or "TRUE":
                return JsonValue.Create(true);
            case "false" or "False" or "FALSE":
                return JsonValue.Create(false);
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer))
        {
            return JsonValue.Create(integer);
        }

        if (text.StartsWith("0x", StringComparison.Ordinal) && long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) && hex >= 0)
        {
            return JsonValue.Create(hex);
        }

        // Starting with a digit, a sign or a point keeps words such as NaN text.
        return (char.IsAsciiDigit(text[0]) || text[0] is '-' or '+' or '.')
            && double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number)
                ? JsonValue.Create(number)
                : JsonValue.Create(text);
    }

    private static long SizeOf(JsonNode? node) => node switch
    {
        JsonObject mapping => 1 + mapping.Sum(pair => SizeOf(pair.Value)),
        JsonArray sequence => 1 + sequence.Sum(SizeOf),
        JsonValue value when value.TryGetValue<string>(out var text) => 1 + (text.Length / 16),
        _ => 1,
    };

    private static int DepthOf(JsonNode? node) => node switch
    {
        JsonObject mapping => 1 + mapping.Select(pair => DepthOf(pair.Value)).DefaultIfEmpty().Max(),
        JsonArray sequence => 1 + sequence.Select(DepthOf).DefaultIfEmpty().Max(),
        _ => 0,
    };
}
