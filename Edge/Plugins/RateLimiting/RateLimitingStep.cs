using System.Globalization;
using Mesh.Edge.Pipeline;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Plugins.RateLimiting;

internal sealed class RateLimitingStep
{
    private readonly RateLimitingSettings settings;
    private readonly LimitCounters counters;
    private readonly TimeProvider time;
    private readonly RequestStep next;
    private readonly Limit[] limits;

    public RateLimitingStep(RateLimitingSettings settings, LimitCounters counters, TimeProvider time, RequestStep next)
    {
        this.settings = settings;
        this.counters = counters;
        this.time = time;
        this.next = next;

        // Shorter periods first: what a longer one then refuses is given back, and nobody can have missed it, since the
        // longer one refuses everybody for at least as long.
        limits =
        [
            .. new[] { settings.Second, settings.Minute, settings.Hour, settings.Day, settings.Month, settings.Year }
                .Select((value, period) => (value, (LimitPeriod)period))
                .Where(limit => limit.value is not null)
                .Select(limit => new Limit(limit.Item2, limit.value!.Value)),
        ];
    }

    public ValueTask Run(Exchange exchange)
    {
        DateTimeOffset now = time.GetUtcNow();
        WindowCounters caller = counters.Of(KeyOf(exchange));
        Span<double> remaining = stackalloc double[LimitPeriods.Count];
        bool admitted = Take(caller, now, remaining);
        if (!settings.HideClientHeaders)
        {
            Tell(exchange, now, remaining[..limits.Length], admitted);
        }

        return admitted ? next(exchange) : Answer.Refusal(exchange, settings.ErrorCode, settings.ErrorMessage);
    }

    /// <summary>Counts the request against all limits or against none. What remains of each is what the client is told.</summary>
    private bool Take(WindowCounters caller, DateTimeOffset now, Span<double> remaining)
    {
        Span<uint> windows = stackalloc uint[LimitPeriods.Count];
        for (int i = 0; i < limits.Length; i++)
        {
            windows[i] = limits[i].Period.WindowAt(now);
            if (caller.TryTake(limits[i].Period, ref windows[i], limits[i].Value, out uint used))
            {
                remaining[i] = Math.Max(0, limits[i].Value - used - 1);
                continue;
            }

            remaining[i] = 0;
            for (int taken = 0; taken < i; taken++)
            {
                caller.GiveBack(limits[taken].Period, windows[taken]);
                remaining[taken] += 1;
            }

            for (int later = i + 1; later < limits.Length; later++)
            {
                remaining[later] = Math.Max(0, limits[later].Value - caller.Used(limits[later].Period, limits[later].Period.WindowAt(now)));
            }

            return false;
        }

        return true;
    }

    /// <summary>Headers per period, and the IETF draft's for the limit that will be met first (the longest among equals).</summary>
    private void Tell(Exchange exchange, DateTimeOffset now, ReadOnlySpan<double> remaining, bool admitted)
    {
        int tightest = 0;
        for (int i = 1; i < limits.Length; i++)
        {
            tightest = remaining[i] <= remaining[tightest] ? i : tightest;
        }

        string reset = limits[tightest].Period.SecondsLeft(now).ToString(CultureInfo.InvariantCulture);
        string[] texts = new string[limits.Length];
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i] = remaining[i].ToString(CultureInfo.InvariantCulture);
        }

        // The answer may be the upstream's own: ours stand over what it says under these names.
        exchange.OnResponseHeaders(answered =>
        {
            IHeaderDictionary headers = answered.Http.Response.Headers;
            for (int i = 0; i < limits.Length; i++)
            {
                headers[limits[i].LimitHeader] = limits[i].Text;
                headers[limits[i].RemainingHeader] = texts[i];
            }

            headers["RateLimit-Limit"] = limits[tightest].Text;
            headers["RateLimit-Remaining"] = texts[tightest];
            headers["RateLimit-Reset"] = reset;
            if (!admitted)
            {
                headers.RetryAfter = reset;
            }
        });
    }

    private LimitKey KeyOf(Exchange exchange)
    {
        switch (settings.LimitBy)
        {
            case "consumer" when (exchange.Consumer?.Id ?? exchange.Credential) is { } consumer:
                return LimitKey.Of(consumer);
            case "credential" when exchange.Credential is { } credential:
                return LimitKey.Of(credential);
            case "service" when exchange.Service is { } service:
                return LimitKey.Of(service.Id);
            case "header" when settings.HeaderName is { } name && exchange.Http.Request.Headers[name] is [{ Length: > 0 } value, ..]:
                return LimitKey.Of(value);
            case "path" when exchange.Path == settings.Path:
                return LimitKey.Of(exchange.Path);
            default:
                return LimitKey.Of(exchange.ClientAddress);
        }
    }

    private sealed class Limit(LimitPeriod period, double value)
    {
        public LimitPeriod Period => period;
        public double Value => value;
        public string Text { get; } = value.ToString(CultureInfo.InvariantCulture);
        public string LimitHeader { get; } = $"X-RateLimit-Limit-{period}";
        public string RemainingHeader { get; } = $"X-RateLimit-Remaining-{period}";
    }
}
