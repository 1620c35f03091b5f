namespace Mesh.Silo.Hosting;

/// <summary>The process cannot start as it is configured. The message is one line that says which setting, why and what would be right; it is all that is printed.</summary>
internal sealed class StartRefusedException(string message) : Exception(message);
