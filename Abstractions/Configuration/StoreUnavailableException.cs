namespace Mesh.Abstractions.Configuration;

/// <summary>
/// The store did not answer in time. Reads that need it failed; of a commit it is not known whether it became durable:
/// repeating the request with the same operation id settles it. The Admin API answers 503.
/// </summary>
[GenerateSerializer, Alias("mesh.store-unavailable")]
public sealed class StoreUnavailableException : Exception
{
    public StoreUnavailableException()
    {
    }

    public StoreUnavailableException(string message)
        : base(message)
    {
    }

    public StoreUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
