using Mesh.Edge.Settings;
using Mesh.Edge.Sync.Remote;
using Mesh.Edge.Telemetry.Export;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;

namespace Mesh.Edge.Hosting;

/// <summary><c>mesh-edge</c>: an edge in a process of its own, against silos elsewhere.</summary>
internal static class EdgeProcess
{
    private const int Success = 0;
    private const int Failure = 1;

    /// <summary>Where the Admin API of an all-in-one on this machine is.</summary>
    private static readonly Uri DefaultControlPlane = new("http://127.0.0.1:8001");

    public static async Task<int> Run(string[] arguments)
    {
        SharedBuffers.KeepMore();
        switch (arguments)
        {
            case ["version" or "--version"]:
                Console.WriteLine(MeshVersion.StartLine("mesh-edge"));
                return Success;
            case ["help" or "--help" or "-h" or "-?"]:
                Console.WriteLine(EdgeArguments.Help());
                return Success;
        }

        if (Read(arguments) is not { } settings)
        {
            return Failure;
        }

        InlineCompletions.Choose(settings.InlineCompletions);
        Console.WriteLine(MeshVersion.StartLine("mesh-edge"));
        if (MeshVersion.RuntimeWarning(Environment.Version) is { } warning)
        {
            Console.Error.WriteLine($"mesh-edge: warning: {warning}");
        }

        (Action<IClientBuilder>? transport, string? problem) = ClusterTransport.Of(settings);
        if (problem is not null)
        {
            Console.Error.WriteLine($"mesh-edge: {problem}");
            return Failure;
        }

        using TelemetryExport? export = TelemetryExport.Start("mesh-edge", settings);
        using ILoggerFactory loggers = ProcessLogging.Create(new ProcessLogLevel(settings.LogLevel), export);
        using var ending = new ProcessEnding();
        var directory = new GatewayDirectory(settings.ControlPlane ?? DefaultControlPlane, settings.EdgeToken);
        await using var controlPlane = new RemoteControlPlane(directory, loggers, transport);
        controlPlane.Start();
        EdgeStart start = await EdgeHost.StartAsync(settings, "mesh-edge", controlPlane, loggers, TimeProvider.System);
        if (!start.Started)
        {
            Console.Error.WriteLine($"mesh-edge: {start.Problem}");
            return Failure;
        }

        await ProcessEnding.Wait(ending.Requested);
        await start.Host.StopAsync(EdgeHost.DrainTimeout);
        return Success;
    }

    private static EdgeSettings? Read(string[] arguments)
    {
        (Dictionary<string, string> given, string? wrong) = EdgeArguments.Parse(arguments);
        if (wrong is not null)
        {
            Console.Error.WriteLine($"mesh-edge: {wrong}");
            return null;
        }

        var reader = new SettingsReader(SettingSources.OfProcess(given));
        EdgeSettings settings = reader.Read(new EdgeSettings(), EdgeSettingsList.All);
        foreach (SettingProblem problem in TlsSettingsRules.Check(settings))
        {
            reader.Refuse(problem);
        }

        foreach (SettingProblem problem in reader.Problems)
        {
            Console.Error.WriteLine($"mesh-edge: {problem}");
        }

        return reader.Problems.Count == 0 ? settings : null;
    }
}
