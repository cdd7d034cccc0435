using System.Collections.Immutable;
using RegistryCache.Core.Content;

namespace RegistryCache.Core.Steps;

/// <summary>A value in a step's definition. Values of different types always differ: <c>1</c> and <c>"1"</c> make two steps.</summary>
internal readonly record struct StepValue
{
    private readonly string? _text;
    private readonly long _number;
    private readonly bool? _truth;
    private readonly ImmutableArray<string> _list;

    public StepValue(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        StepDefinition.CheckText(text);
        _text = text;
    }

    public StepValue(long number) => _number = number;

    public StepValue(bool truth) => _truth = truth;

    public StepValue(IEnumerable<string> list)
    {
        ArgumentNullException.ThrowIfNull(list);
        _list = [.. list];
        foreach (var text in _list)
        {
            ArgumentNullException.ThrowIfNull(text, nameof(list));
            StepDefinition.CheckText(text);
        }
    }

    public void Write(GoJsonWriter json)
    {
        if (_text is not null)
            json.String(_text);
        else if (_truth is { } truth)
            json.Raw(truth ? "true"u8 : "false"u8);
        else if (_list.IsDefault)
            json.Number(_number);
        else
            json.List(_list, item => json.String(item));
    }
}
