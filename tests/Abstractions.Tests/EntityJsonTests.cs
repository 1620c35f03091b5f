using System.Text.Json;
using Mesh.Abstractions.Entities;

namespace Mesh.Abstractions.Tests;

public sealed class EntityJsonTests
{
    private const string Id = "00000001-0000-0000-0000-000000000001";

    [Fact]
    public void An_absent_field_takes_the_record_default()
    {
        Service service = JsonSerializer.Deserialize($$"""{"id":"{{Id}}","host":"example.com"}""", EntityJson.Default.Service)!;
        Assert.Equal(new Service { Id = Guid.Parse(Id), Host = "example.com" }, service);
        Assert.True(service.Enabled);

        Upstream upstream = JsonSerializer.Deserialize($$"""{"id":"{{Id}}","name":"u","healthchecks":{"active":{"timeout":2} } }""", EntityJson.Default.Upstream)!;
        Assert.Equal((2, 10, 10_000), (upstream.Healthchecks.Active.Timeout, upstream.Healthchecks.Active.Concurrency, upstream.Slots));
    }

    [Fact]
    public void Unknown_fields_are_passed_over() =>
        Assert.Equal("c", JsonSerializer.Deserialize($$"""{"id":"{{Id}}","username":"c","from_the_future":{"a":[1]} }""", EntityJson.Default.Consumer)!.Username);

    [Theory]
    [InlineData("""{"host":"example.com"}""")]
    [InlineData($$"""{"id":"{{Id}}"}""")]
    [InlineData($$"""{"id":"{{Id}}","host":null}""")]
    [InlineData($$"""{"id":"{{Id}}","host":"h","protocol":null}""")]
    public void What_a_record_cannot_be_without_must_be_there(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(json, EntityJson.Default.Service));
}
