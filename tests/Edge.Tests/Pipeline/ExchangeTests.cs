using System.Reflection;
using System.Runtime.CompilerServices;
using Mesh.Edge.Pipeline;
using RequestContext = Mesh.Edge.Pipeline.RequestContext;

namespace Mesh.Edge.Tests.Pipeline;

/// <summary>An exchange serves the requests of a connection one after the other: none may find a trace of the one before.</summary>
public sealed class ExchangeTests
{
    private static readonly FieldInfo[] Fields =
        [.. typeof(Exchange).GetFields(BindingFlags.Instance | BindingFlags.NonPublic).Where(field => field.Name is not "<Http>k__BackingField")];

    [Fact]
    public void Nothing_is_left_of_an_exchange_that_is_forgotten()
    {
        Exchange fresh = new RequestContext().Exchange;
        fresh.Forget();
        Exchange used = new RequestContext().Exchange;
        foreach (FieldInfo field in Fields)
        {
            field.SetValue(used, Other(field.FieldType));
            Assert.NotEqual(field.GetValue(fresh), field.GetValue(used));
        }

        used.OnResponseHeaders(_ => Assert.Fail("This belongs to the exchange before."));
        used.Forget();
        used.RunResponseHeaderActions();
        foreach (FieldInfo field in Fields.Where(field => field.Name != "responseHeaderActions" && field.Name != "responseHeaderActionsRan"))
        {
            Assert.True(Equals(field.GetValue(fresh), field.GetValue(used)), $"{field.Name} is left");
        }
    }

    private static object Other(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string))
        {
            return "left";
        }

        if (type == typeof(bool))
        {
            return true;
        }

        if (type == typeof(Guid))
        {
            return Guid.NewGuid();
        }

        if (type.IsPrimitive)
        {
            return Convert.ChangeType(7, type, null);
        }

        if (typeof(Delegate).IsAssignableFrom(type))
        {
            return (ReadOnlyMemory<byte> body) => body;
        }

        if (type.IsInterface)
        {
            return Array.CreateInstance(type.GetGenericArguments()[0], 1);
        }

        if (type == typeof(TimeProvider))
        {
            return new OtherTime();
        }

        if (!type.IsValueType)
        {
            return type.GetConstructor([]) is { } make ? make.Invoke([]) : RuntimeHelpers.GetUninitializedObject(type);
        }

        object made = RuntimeHelpers.GetUninitializedObject(type);
        foreach (FieldInfo inner in type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public))
        {
            inner.SetValue(made, Other(inner.FieldType));
        }

        return made;
    }

    private sealed class OtherTime : TimeProvider;
}
