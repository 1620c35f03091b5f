using Mesh.Abstractions.Configuration;
using StackExchange.Redis;

namespace Mesh.Grains.Log;

/// <summary>Turns what the Redis client throws into <see cref="StoreUnavailableException"/>, whose text never holds keys, values or passwords.</summary>
internal static class StoreCalls
{
    /// <param name="call">Repeated once when it is not answered in time: only what may be done twice.</param>
    public static async Task<T> Run<T>(Func<Task<T>> call)
    {
        try
        {
            try
            {
                return await call();
            }
            catch (TimeoutException)
            {
                return await call();
            }
        }
        catch (Exception failure) when (IsStoreFailure(failure))
        {
            throw new StoreUnavailableException(Describe(failure));
        }
    }

    /// <summary>The store is away, too slow or refuses for reasons of its own (loading, read-only, full). All of it may pass.</summary>
    /// <remarks>The client cancels what waits for a connection that it gives up; nobody else cancels these calls.</remarks>
    public static bool IsStoreFailure(Exception failure) => failure is RedisException or TimeoutException or ObjectDisposedException or TaskCanceledException;

    public static string Describe(Exception failure) => failure switch
    {
        RedisServerException refused => $"the store refuses: {FirstLine(refused.Message)}",
        TimeoutException => "the store does not answer in time",
        RedisConnectionException lost => $"the store cannot be reached ({lost.FailureType})",
        ObjectDisposedException or TaskCanceledException => "the connection to the store is closed",
        _ => $"the store cannot be used ({failure.GetType().Name})",
    };

    private static string FirstLine(string message)
    {
        const int MaxCharacters = 200;
        int end = message.AsSpan().IndexOfAny('\r', '\n');
        string line = end < 0 ? message : message[..end];
        return line.Length <= MaxCharacters ? line : line[..MaxCharacters];
    }
}
