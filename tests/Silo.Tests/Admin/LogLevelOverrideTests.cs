using Mesh.Edge.Hosting;
using Mesh.Silo.Admin.Logging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Silo.Tests.Admin;

public sealed class LogLevelOverrideTests : IDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly ProcessLogLevel level = new(LogLevel.Information);
    private readonly LogLevelOverride change;

    public LogLevelOverrideTests() => change = new LogLevelOverride(level, time);

    [Fact]
    public void A_level_holds_for_its_time_and_falls_back()
    {
        Assert.True(change.Set(LogLevel.Debug, TimeSpan.FromSeconds(60)));
        Assert.Equal(LogLevel.Debug, change.Level);
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(LogLevel.Debug, change.Level);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(LogLevel.Information, change.Level);
    }

    [Fact]
    public void A_second_change_counts_its_own_time()
    {
        change.Set(LogLevel.Debug, TimeSpan.FromSeconds(10));
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.True(change.Set(LogLevel.Error, TimeSpan.FromSeconds(10)));
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(LogLevel.Error, change.Level);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(LogLevel.Information, change.Level);
    }

    [Fact]
    public void What_is_so_already_is_not_changed()
    {
        Assert.False(change.Set(LogLevel.Information, TimeSpan.FromSeconds(10)));
        change.Set(LogLevel.Debug, TimeSpan.FromSeconds(10));
        Assert.False(change.Set(LogLevel.Debug, TimeSpan.FromSeconds(100)));
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(LogLevel.Information, change.Level);
    }

    [Fact]
    public void Every_logger_follows_at_once()
    {
        using ILoggerFactory logs = ProcessLogging.Create(level, export: null);
        ILogger own = logs.CreateLogger("Mesh.Admin");
        ILogger beneath = logs.CreateLogger("Orleans.Runtime");
        Assert.Equal((false, true, false), (own.IsEnabled(LogLevel.Debug), own.IsEnabled(LogLevel.Information), beneath.IsEnabled(LogLevel.Information)));
        change.Set(LogLevel.Debug, TimeSpan.FromSeconds(1));
        Assert.True(own.IsEnabled(LogLevel.Debug) && beneath.IsEnabled(LogLevel.Debug));
        change.Set(LogLevel.Error, TimeSpan.FromSeconds(1));
        Assert.False(own.IsEnabled(LogLevel.Warning));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((false, true, false), (own.IsEnabled(LogLevel.Debug), own.IsEnabled(LogLevel.Information), beneath.IsEnabled(LogLevel.Information)));
    }

    public void Dispose() => change.Dispose();
}
