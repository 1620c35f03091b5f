namespace Mesh.Abstractions.Entities;

public sealed record Upstream : Entity
{
    public required string Name { get; init; }

    /// <summary>round-robin, consistent-hashing, least-connections or latency.</summary>
    public string Algorithm { get; init; } = "round-robin";
    public string HashOn { get; init; } = "none";
    public string HashFallback { get; init; } = "none";
    public string? HashOnHeader { get; init; }
    public string? HashFallbackHeader { get; init; }
    public string? HashOnCookie { get; init; }
    public string HashOnCookiePath { get; init; } = "/";
    public string? HashOnQueryArg { get; init; }
    public string? HashFallbackQueryArg { get; init; }
    public string? HashOnUriCapture { get; init; }
    public string? HashFallbackUriCapture { get; init; }
    public int Slots { get; init; } = 10_000;
    public HealthChecks Healthchecks { get; init; } = new();
    public string? HostHeader { get; init; }
    public EntityRef? ClientCertificate { get; init; }
    public bool UseSrvName { get; init; }
}

public sealed record HealthChecks
{
    public ActiveHealthCheck Active { get; init; } = new();
    public PassiveHealthCheck Passive { get; init; } = new();

    /// <summary>Percent of available weight below which the whole upstream answers 503.</summary>
    public double Threshold { get; init; }
}

public sealed record ActiveHealthCheck
{
    public string Type { get; init; } = "http";

    /// <summary>Seconds.</summary>
    public double Timeout { get; init; } = 1;
    public int Concurrency { get; init; } = 10;
    public string HttpPath { get; init; } = "/";
    public Dictionary<string, string[]>? Headers { get; init; }
    public string? HttpsSni { get; init; }
    public bool HttpsVerifyCertificate { get; init; } = true;
    public HealthyRule Healthy { get; init; } = new();
    public UnhealthyRule Unhealthy { get; init; } = new();
}

public sealed record PassiveHealthCheck
{
    public string Type { get; init; } = "http";
    public HealthyRule Healthy { get; init; } = new();
    public UnhealthyRule Unhealthy { get; init; } = new();
}

/// <summary>Counters of 0 switch a rule off; <see cref="Interval"/> (seconds) is only used by active checks.</summary>
public sealed record HealthyRule
{
    public double Interval { get; init; }
    public int[] HttpStatuses { get; init; } = [];
    public int Successes { get; init; }
}

/// <inheritdoc cref="HealthyRule"/>
public sealed record UnhealthyRule
{
    public double Interval { get; init; }
    public int[] HttpStatuses { get; init; } = [];
    public int TcpFailures { get; init; }
    public int Timeouts { get; init; }
    public int HttpFailures { get; init; }
}
