namespace RegistryCache.Core.Format;

/// <summary>A list that is decoded like a Go slice: a repeated array member is merged element by element into the earlier one, and an
/// element that was cut off is there again when the list grows. Source: Go encoding/json, decode.go, array.</summary>
internal sealed class GoList<T>
    where T : class, new()
{
    private readonly List<T> _elements = [];

    public int Count { get; private set; }

    public T this[int index] => index < Count ? _elements[index] : throw new ArgumentOutOfRangeException(nameof(index));

    /// <summary>The element to decode position <paramref name="index"/> into.</summary>
    public T At(int index)
    {
        if (index == _elements.Count)
            _elements.Add(new T());
        return _elements[index];
    }

    public void CutTo(int count)
    {
        if (count == 0)
            _elements.Clear();
        Count = count;
    }
}
