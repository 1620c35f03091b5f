using System.Text.Json.Serialization;

namespace Mesh.Abstractions.Entities;

public sealed record Route : Entity
{
    public string? Name { get; init; }

    [JsonConverter(typeof(RecurringTexts))]
    public string[] Protocols { get; init; } = ["http", "https"];

    [JsonConverter(typeof(RecurringTexts))]
    public string[]? Methods { get; init; }

    [JsonConverter(typeof(RecurringTexts))]
    public string[]? Hosts { get; init; }
    public string[]? Paths { get; init; }

    /// <summary>Header name → allowed values; a value starting with <c>~*</c> is a regex.</summary>
    public Dictionary<string, string[]>? Headers { get; init; }
    public string[]? Snis { get; init; }
    public AddressMatch[]? Sources { get; init; }
    public AddressMatch[]? Destinations { get; init; }
    public int HttpsRedirectStatusCode { get; init; } = 426;
    public long RegexPriority { get; init; }
    public bool StripPath { get; init; } = true;

    /// <summary>v0 or v1.</summary>
    [JsonConverter(typeof(RecurringText))]
    public string PathHandling { get; init; } = "v0";
    public bool PreserveHost { get; init; }
    public bool RequestBuffering { get; init; } = true;
    public bool ResponseBuffering { get; init; } = true;
    public EntityRef? Service { get; init; }
}

/// <param name="Ip">Address or CIDR; null matches every address.</param>
/// <param name="Port">Null matches every port.</param>
public sealed record AddressMatch(string? Ip, int? Port);
