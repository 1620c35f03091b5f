namespace Mesh.Silo.Cli.Client;

/// <summary>A verb cannot do what it was asked; the message holds the lines for standard error.</summary>
internal sealed class ClientFailure(string message, Exception? cause = null) : Exception(message, cause);
