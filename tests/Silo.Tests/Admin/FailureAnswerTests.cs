using Mesh.Abstractions.Configuration;
using Mesh.Silo.Admin;
using Mesh.Silo.Admin.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Mesh.Silo.Tests.Admin;

public class FailureAnswerTests
{
    public static TheoryData<Exception, int> Failures => new()
    {
        { new StoreUnavailableException("away"), 503 },
        { new StoreDamagedException("torn"), 503 },
        { new TimeoutException(), 503 },
        { new SiloUnavailableException("gone"), 503 },
        { new BadHttpRequestException("long", 413), 413 },
        { new BadHttpRequestException("broken", 400), 400 },
        { new AdminRefusal(AdminAnswer.Message(418, "tea")), 418 },
        { new InvalidOperationException("a bug"), 500 },
    };

    [Theory, MemberData(nameof(Failures))]
    public void Every_failure_has_its_status(Exception failure, int status) =>
        Assert.Equal(status, FailureAnswer.Of(failure, Request("/services"), new Recorder()).Status);

    [Fact]
    public void A_bug_tells_the_client_nothing_and_the_log_no_key()
    {
        Recorder log = new();
        AdminAnswer answer = FailureAnswer.Of(new InvalidOperationException("inner words"), Request("/key-auths/very-secret\n"), log);
        Assert.Equal("""{"message":"An unexpected error occurred"}""", System.Text.Encoding.UTF8.GetString(answer.Body.Span));
        Assert.Equal("POST /key-auths failed", Assert.Single(log.Lines));
    }

    private static DefaultHttpContext Request(string path)
    {
        DefaultHttpContext http = new();
        http.Request.Method = "POST";
        http.Request.Path = path;
        return http;
    }

    private sealed class Recorder : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }
}
