using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Mesh.Silo.Tests.Admin;

/// <summary>Keeps what the Admin API logs as an error, for the message of the test that gets a 500.</summary>
internal sealed class FailureNotes : ILoggerFactory, ILogger
{
    private static readonly ConcurrentQueue<string> Notes = new();

    public static string All => string.Join('\n', Notes);

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel) && exception is not null)
        {
            Notes.Enqueue($"{formatter(state, exception)}: {exception}");
        }
    }
}
