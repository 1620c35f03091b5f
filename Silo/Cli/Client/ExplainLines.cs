using System.Text.Json;

namespace Mesh.Silo.Cli.Client;

/// <summary>An explanation as indented lines: every member of the answer, in its order.</summary>
internal static class ExplainLines
{
    public static void Write(TextWriter output, JsonElement explanation) => WriteMembers(output, explanation, "");

    private static void WriteMembers(TextWriter output, JsonElement record, string indent)
    {
        foreach (JsonProperty member in record.EnumerateObject().Where(member => !IsEmpty(member.Value)))
        {
            WriteValue(output, $"{indent}{member.Name.Replace('_', ' ')}:", member.Value, indent + "  ");
        }
    }

    private static void WriteValue(TextWriter output, string label, JsonElement value, string indent)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                output.WriteLine(label);
                WriteMembers(output, value, indent);
                break;

            case JsonValueKind.Array when value.EnumerateArray().All(IsScalar):
                output.WriteLine($"{label} {string.Join(", ", value.EnumerateArray().Select(Scalar))}");
                break;

            case JsonValueKind.Array:
                output.WriteLine(label);
                foreach (JsonElement element in value.EnumerateArray())
                {
                    WriteElement(output, element, indent);
                }

                break;

            default:
                output.WriteLine($"{label} {Scalar(value)}");
                break;
        }
    }

    /// <summary>A record whose members are all plain fits on one line.</summary>
    private static void WriteElement(TextWriter output, JsonElement element, string indent)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            WriteValue(output, $"{indent}-", element, indent + "  ");
        }
        else if (element.EnumerateObject().All(member => IsScalar(member.Value)))
        {
            output.WriteLine($"{indent}- {string.Join(", ", element.EnumerateObject().Where(member => !IsEmpty(member.Value)).Select(member => $"{member.Name.Replace('_', ' ')} {Scalar(member.Value)}"))}");
        }
        else
        {
            output.WriteLine($"{indent}-");
            WriteMembers(output, element, indent + "  ");
        }
    }

    private static bool IsScalar(JsonElement value) => value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array);

    private static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => true,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        _ => false,
    };

    private static string Scalar(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
}
