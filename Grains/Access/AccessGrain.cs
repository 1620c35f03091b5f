using System.Security.Cryptography;
using Mesh.Abstractions.Access;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Grains;
using Microsoft.Extensions.Logging;

namespace Mesh.Grains.Access;

/// <summary>Tokens in memory, written through. What was written with unknown outcome is read again before anything is answered.</summary>
internal sealed class AccessGrain(TokenStore store, TimeProvider time, ILogger<AccessGrain> log) : Grain, IAccessGrain
{
    private const int MaxTokens = 1000;

    /// <summary>Readings of the store for one change, when others keep writing.</summary>
    private const int MaxAttempts = 3;

    /// <summary>How exactly uses are known.</summary>
    private static readonly TimeSpan UsePeriod = TimeSpan.FromMinutes(1);

    private readonly Dictionary<Guid, DateTimeOffset> uses = [];
    private Task<Tokens>? reading;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(KeepUses, new GrainTimerCreationOptions(UsePeriod, UsePeriod));
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => KeepUses(cancellationToken);

    public async Task<TokenCreation> Create(AccessToken token)
    {
        TokenCreation result = TokenCreation.Created;
        await Change(tokens =>
        {
            AccessToken? namesake = tokens.FirstOrDefault(known => known.Name == token.Name);
            result = namesake is null
                ? tokens.Length < MaxTokens ? TokenCreation.Created : TokenCreation.TooMany
                : namesake.Id == token.Id ? TokenCreation.Created : TokenCreation.NameTaken;
            return namesake is null && result == TokenCreation.Created ? [.. tokens, token] : tokens;
        });
        return result;
    }

    public async Task<AccessToken[]> List() => [.. (await Current()).All.Select(WithUse).OrderBy(token => token.Name, StringComparer.Ordinal)];

    public async Task<AccessToken?> Revoke(Guid id)
    {
        AccessToken? revoked = null;
        await Change(tokens =>
        {
            revoked = tokens.FirstOrDefault(token => token.Id == id) ?? revoked;
            return revoked is null ? tokens : [.. tokens.Where(token => token.Id != id)];
        });
        uses.Remove(id);
        return revoked;
    }

    public async Task<AccessToken?> Find(byte[] hash)
    {
        DateTimeOffset now = time.GetUtcNow();
        Tokens tokens = await Current();
        if (!tokens.ByHash.TryGetValue(Convert.ToHexString(hash), out AccessToken? token)
            || !CryptographicOperations.FixedTimeEquals(token.Hash, hash)
            || token.ExpiresAt <= now)
        {
            return null;
        }

        uses[token.Id] = now;
        return token;
    }

    private Task<Tokens> Current()
    {
        if (reading is null or { IsFaulted: true })
        {
            reading = Read();
        }

        return reading;

        async Task<Tokens> Read()
        {
            (long version, AccessToken[] all) = await store.Load();
            return new Tokens(version, all);
        }
    }

    private async Task Change(Func<AccessToken[], AccessToken[]> change)
    {
        for (int attempt = 0; attempt < MaxAttempts; attempt++)
        {
            Tokens tokens = await Current();
            AccessToken[] changed = change(tokens.All);
            if (ReferenceEquals(changed, tokens.All))
            {
                return;
            }

            AccessToken[] written = [.. changed.Select(WithUse)];
            bool saved;
            try
            {
                saved = await store.Save(tokens.Version, written);
            }
            catch
            {
                reading = null;
                throw;
            }

            if (saved)
            {
                reading = Task.FromResult(new Tokens(tokens.Version + 1, written));
                return;
            }

            reading = null;
        }

        throw new StoreUnavailableException("other writers keep changing the tokens");
    }

    private async Task KeepUses(CancellationToken cancel)
    {
        if (uses.Count == 0)
        {
            return;
        }

        KeyValuePair<Guid, DateTimeOffset>[] kept = [.. uses];
        try
        {
            await Change(tokens => tokens.Any(token => WithUse(token) != token) ? [.. tokens] : tokens);
            foreach ((Guid id, DateTimeOffset use) in kept.Where(entry => uses.GetValueOrDefault(entry.Key) == entry.Value))
            {
                uses.Remove(id);
            }
        }
        catch (StoreUnavailableException unavailable)
        {
            log.LogDebug("When tokens were last used is not written yet: {Reason}", unavailable.Message);
        }
    }

    private AccessToken WithUse(AccessToken token) =>
        uses.TryGetValue(token.Id, out DateTimeOffset use) && use > (token.LastUsedAt ?? DateTimeOffset.MinValue) ? token with { LastUsedAt = use } : token;

    private sealed record Tokens(long Version, AccessToken[] All)
    {
        public Dictionary<string, AccessToken> ByHash { get; } = All.ToDictionary(token => Convert.ToHexString(token.Hash));
    }
}
