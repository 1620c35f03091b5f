using System.Globalization;
using System.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Mesh.Silo.Cli.Client;

/// <summary>Finds the lines of a document that the server's places (<c>services[2].routes[0].paths.1</c>) mean.</summary>
internal sealed class DocumentPlaces
{
    /// <summary>Longer documents are not read a second time; their messages name places without lines.</summary>
    private const int MaxBytes = 64 * 1024 * 1024;

    private readonly YamlNode? root;

    public DocumentPlaces(byte[] document)
    {
        if (document.Length > MaxBytes)
        {
            return;
        }

        try
        {
            YamlStream stream = [];
            using StringReader reader = new(Encoding.UTF8.GetString(document));
            stream.Load(reader);
            root = stream.Documents.FirstOrDefault()?.RootNode;
        }
        catch (YamlException)
        {
            // The server's own reader says what is wrong; there are no places then.
            root = null;
        }
    }

    /// <returns>The nearest place that the document has, from 1; null when nothing is known of it.</returns>
    public (long Line, long Column)? Find(string place)
    {
        if (root is null)
        {
            return null;
        }

        YamlNode node = root;
        foreach (string step in place.Replace("[", ".[", StringComparison.Ordinal).Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Step(node, step) is not { } next)
            {
                break;
            }

            node = next;
        }

        return (node.Start.Line, node.Start.Column);
    }

    /// <summary><c>[2]</c> counts from 0, as places do; a bare number from 1, as Kong counts in fields.</summary>
    private static YamlNode? Step(YamlNode node, string step)
    {
        if (node is YamlSequenceNode list)
        {
            bool place = step.StartsWith('[');
            return int.TryParse(step.AsSpan().Trim("[]"), NumberStyles.None, CultureInfo.InvariantCulture, out int index)
                && (index -= place ? 0 : 1) >= 0 && index < list.Children.Count
                    ? list.Children[index]
                    : null;
        }

        return node is YamlMappingNode mapping && mapping.Children.TryGetValue(new YamlScalarNode(step), out YamlNode? value) ? value : null;
    }
}
