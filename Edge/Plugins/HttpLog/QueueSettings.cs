using Mesh.Abstractions.Schemas;

namespace Mesh.Edge.Plugins.HttpLog;

/// <summary>Kong's <c>queue</c> record, which the plugins that send records elsewhere share. Times are seconds.</summary>
internal sealed record QueueSettings
{
    private const double Longest = 1_000_000;

    public static Field Field { get; } = Abstractions.Schemas.Field.Record(
        "queue",
        Abstractions.Schemas.Field.Integer("max_batch_size") with { Default = "1", Min = 1, Max = 1_000_000, Description = "Records that are sent together." },
        Abstractions.Schemas.Field.Number("max_coalescing_delay") with { Default = "1", Min = 0, Max = 3600, Description = "Seconds that a batch waits for more records." },
        Abstractions.Schemas.Field.Integer("max_entries") with { Default = "10000", Min = 1, Max = 1_000_000, Description = "Records that wait; beyond that the oldest go." },
        Abstractions.Schemas.Field.Integer("max_bytes") with { Description = "Bytes that wait; beyond that the oldest records go." },
        Abstractions.Schemas.Field.Number("max_retry_time") with { Default = "60", Description = "Seconds after which a batch that cannot be sent is given up; -1 for no second try." },
        Abstractions.Schemas.Field.Number("initial_retry_delay") with { Default = "0.01", Min = 0.001, Max = Longest, Description = "Seconds before the second try; doubled for each further one." },
        Abstractions.Schemas.Field.Number("max_retry_delay") with { Default = "60", Min = 0.001, Max = Longest, Description = "Most seconds between two tries." },
        Abstractions.Schemas.Field.Integer("concurrency_limit") with { Default = "1", OneOf = ["-1", "1"], Description = "1 sends one batch after the other; -1 sends each record by itself and many at once." }) with
    {
        Required = true,
        Description = "How records wait and are sent.",
    };

    public required int MaxBatchSize { get; init; }
    public required double MaxCoalescingDelay { get; init; }
    public required int MaxEntries { get; init; }
    public long? MaxBytes { get; init; }
    public required double MaxRetryTime { get; init; }
    public required double InitialRetryDelay { get; init; }
    public required double MaxRetryDelay { get; init; }
    public required int ConcurrencyLimit { get; init; }
}
