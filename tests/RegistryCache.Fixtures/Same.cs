using NUnit.Framework.Constraints;

namespace RegistryCache.Fixtures;

/// <summary>Compares long content. NUnit's own equality goes through arrays item by item, which takes a second for a few megabytes.</summary>
public static class Same
{
    public static Constraint BytesAs(byte[] expected) => new BytesConstraint(expected);

    private sealed class BytesConstraint(byte[] expected) : Constraint
    {
        public override string Description => $"{expected.Length} bytes";

        public override ConstraintResult ApplyTo<TActual>(TActual actual)
        {
            if (actual is not byte[] bytes)
                return new ConstraintResult(this, actual, isSuccess: false);
            var common = bytes.AsSpan().CommonPrefixLength(expected);
            var isSame = common == expected.Length && common == bytes.Length;
            return new ConstraintResult(this, isSame ? "the same" : $"{bytes.Length} bytes that differ from byte {common} on", isSame);
        }
    }
}
