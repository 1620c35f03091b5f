using System.Globalization;

namespace Mesh.Silo.Admin.Node;

/// <summary>The form in which <c>/status</c> tells sizes: <c>?unit=b|k|m|g</c> and <c>?scale</c> digits behind the point.</summary>
internal readonly record struct ByteUnit(char Unit, int Scale)
{
    private const int DefaultScale = 2;
    private const int MaxScale = 15;

    /// <returns>Null, with the message in <paramref name="wrong"/>, when the arguments cannot be followed.</returns>
    public static ByteUnit? Read(string? unit, string? scale, out string? wrong)
    {
        wrong = null;
        if (unit?.ToLowerInvariant() is not (null or "" or "b" or "k" or "m" or "g"))
        {
            wrong = $"invalid unit '{unit}' (expected 'k/K', 'm/M', or 'g/G')";
            return null;
        }

        double digits = DefaultScale;
        if (scale is not null && (!double.TryParse(scale, NumberStyles.Float, CultureInfo.InvariantCulture, out digits) || digits is not (>= 0 and <= MaxScale)))
        {
            wrong = digits > MaxScale ? $"scale must be at most {MaxScale}" : "scale must be equal or greater than 0";
            return null;
        }

        return new ByteUnit(unit is null ? 'm' : unit.Length == 0 ? 'b' : char.ToLowerInvariant(unit[0]), (int)digits);
    }

    public string Text(long bytes) => Unit switch
    {
        'k' => Divided(bytes, 10, "KiB"),
        'm' => Divided(bytes, 20, "MiB"),
        'g' => Divided(bytes, 30, "GiB"),
        _ => bytes.ToString(CultureInfo.InvariantCulture),
    };

    private string Divided(long bytes, int power, string name) =>
        $"{((double)bytes / (1L << power)).ToString($"F{Scale}", CultureInfo.InvariantCulture)} {name}";
}
