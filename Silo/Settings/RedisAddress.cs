using StackExchange.Redis;

namespace Mesh.Silo.Settings;

/// <summary>Checks a Redis connection string without connecting.</summary>
internal static class RedisAddress
{
    /// <exception cref="FormatException">It names no endpoint or an option that does not exist. The message holds no part of the text, which may carry a password.</exception>
    public static string Check(string text)
    {
        try
        {
            return ConfigurationOptions.Parse(text, ignoreUnknown: false).EndPoints.Count > 0
                ? text
                : throw new FormatException("it names no host");
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            throw new FormatException("it is not a Redis address", e);
        }
    }
}
