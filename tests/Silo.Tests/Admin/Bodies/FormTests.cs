using System.Text;
using System.Text.Json.Nodes;
using Mesh.Abstractions.Schemas;
using Mesh.Silo.Admin.Bodies;

namespace Mesh.Silo.Tests.Admin.Bodies;

public class FormTests
{
    private static readonly Field[] Fields =
    [
        Field.String("name"),
        Field.Integer("port"),
        Field.Number("weight"),
        Field.Boolean("enabled"),
        Field.Set("tags", Field.String("tag")),
        Field.Array("codes", Field.Integer("code")),
        Field.Map("headers", Field.String("key"), Field.Array("values", Field.String("value"))),
        Field.Array("sources", Field.Record("source", Field.String("ip"), Field.Integer("port"))),
        Field.Record("config", Field.Integer("minute"), Field.Record("deep", Field.Boolean("on"))),
        Field.Foreign("service", "services"),
    ];

    [Theory]
    [InlineData("name=a+b%26c", """{"name":"a b&c"}""")]
    [InlineData("port=80&weight=0.5&enabled=true", """{"port":80,"weight":0.5,"enabled":true}""")]
    [InlineData("port=x&enabled=yes", """{"port":"x","enabled":"yes"}""")]
    [InlineData("name=&port=", """{"name":null,"port":null}""")]
    [InlineData("tags=a", """{"tags":["a"]}""")]
    [InlineData("tags[]=a&tags[]=b", """{"tags":["a","b"]}""")]
    [InlineData("tags=a&tags=b", """{"tags":["a","b"]}""")]
    [InlineData("tags[2]=b&tags[1]=a", """{"tags":["a","b"]}""")]
    [InlineData("tags[]=", """{"tags":[]}""")]
    [InlineData("tags=", """{"tags":null}""")]
    [InlineData("codes[]=200&codes[]=no", """{"codes":[200,"no"]}""")]
    [InlineData("headers.x-a[]=1&headers[x-b][]=2", """{"headers":{"x-a":["1"],"x-b":["2"]}}""")]
    [InlineData("headers.x=1&headers.x=2", """{"headers":{"x":["1","2"]}}""")]
    [InlineData("sources[1].ip=10.0.0.1&sources[1].port=80&sources[2][ip]=::1", """{"sources":[{"ip":"10.0.0.1","port":80},{"ip":"::1"}]}""")]
    [InlineData("config.minute=5&config.deep.on=false", """{"config":{"minute":5,"deep":{"on":false}}}""")]
    [InlineData("service.id=1&name=x", """{"service":{"id":"1"},"name":"x"}""")]
    [InlineData("service=", """{"service":null}""")]
    [InlineData("unknown[a]=1&other=2", """{"unknown":{"a":"1"},"other":"2"}""")]
    [InlineData("port=99999999999999999999", """{"port":1E+20}""")]
    [InlineData("port=NaN", """{"port":"NaN"}""")]
    public void Names_nest_and_values_are_cast_by_the_declaration(string form, string json)
    {
        FormTree tree = FormTree.Build(FormBody.Parse(Encoding.UTF8.GetBytes(form), 1000))!;
        string actual = Encoding.UTF8.GetString(JsonBody.Write(FormCast.Record(tree, Fields)));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), JsonNode.Parse(actual)), actual);
    }

    [Fact]
    public void Names_nested_too_deep_are_refused() =>
        Assert.Null(FormTree.Build([new(string.Join('.', Enumerable.Repeat("a", 17)), "x")]));

    [Theory]
    [InlineData("a[")]
    [InlineData("]")]
    [InlineData("[]")]
    [InlineData("a[]b[c")]
    [InlineData("...")]
    [InlineData("[[]]")]
    [InlineData("")]
    public void Names_that_are_not_well_formed_do_no_harm(string name)
    {
        FormTree tree = FormTree.Build([new(name, "x"), new(name, "y")])!;
        Assert.NotNull(FormCast.Record(tree, Fields));
    }
}
