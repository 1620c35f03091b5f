namespace Mesh.Silo.Tests.Admin;

/// <summary>Tests of one Admin API run one after the other: they read the revision that others would raise.</summary>
[CollectionDefinition]
public sealed class AdminCollection : ICollectionFixture<AdminFixture>;
