namespace Mesh.Silo.Admin.Guard;

/// <param name="Wait">After too many: until the address begins anew; otherwise null.</param>
/// <param name="IsRecorded">Whether the audit hears of it.</param>
internal readonly record struct FailedAttempt(TimeSpan? Wait, bool IsRecorded);
