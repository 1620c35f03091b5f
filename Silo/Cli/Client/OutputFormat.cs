namespace Mesh.Silo.Cli.Client;

/// <summary>What a verb prints: lines for people, or the answer of the Admin API as it came.</summary>
internal enum OutputFormat
{
    Text,
    Json,
}
