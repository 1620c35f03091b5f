namespace Mesh.Abstractions.Configuration;

/// <summary>The store answers, but what it holds of a workspace cannot be read whole; the message says what and why. Nothing of it is served.</summary>
[GenerateSerializer, Alias("mesh.store-damaged")]
public sealed class StoreDamagedException : Exception
{
    public StoreDamagedException()
    {
    }

    public StoreDamagedException(string message)
        : base(message)
    {
    }

    public StoreDamagedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
