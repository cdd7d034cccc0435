using Mono.Cecil;
using Mono.Cecil.Cil;

namespace RegistryCache.House;

/// <summary>What a compiled type mentions: in its signatures, its attributes and its code, those of its nested types included.</summary>
public static class TypeUses
{
    /// <summary>The outermost types that a type mentions, itself not among them.</summary>
    /// <param name="type">The type.</param>
    public static IEnumerable<TypeReference> Of(TypeDefinition type)
    {
        var uses = new Dictionary<string, TypeReference>(StringComparer.Ordinal);
        Collect(type, uses);
        uses.Remove(type.FullName);
        return uses.Values;
    }

    /// <summary>The outermost types in the signatures that other packages see.</summary>
    /// <param name="type">A public type.</param>
    public static IEnumerable<TypeReference> InPublicSignatures(TypeDefinition type)
    {
        var uses = new Dictionary<string, TypeReference>(StringComparer.Ordinal);
        Add(type.BaseType, uses);
        foreach (var i in type.Interfaces)
            Add(i.InterfaceType, uses);
        foreach (var method in type.Methods.Where(m => m.IsPublic || m.IsFamily || m.IsFamilyOrAssembly))
            Signature(method, uses);
        foreach (var field in type.Fields.Where(f => f.IsPublic))
            Add(field.FieldType, uses);
        return uses.Values;
    }

    /// <summary>The methods that a type and its nested types call.</summary>
    /// <param name="type">The type.</param>
    public static IEnumerable<MethodReference> CallsOf(TypeDefinition type) => type.Methods.Where(m => m.HasBody)
        .SelectMany(m => m.Body.Instructions).Select(i => i.Operand).OfType<MethodReference>()
        .Concat(type.NestedTypes.SelectMany(CallsOf));

    private static void Collect(TypeDefinition type, Dictionary<string, TypeReference> uses)
    {
        Add(type.BaseType, uses);
        foreach (var i in type.Interfaces)
            Add(i.InterfaceType, uses);
        Attributes(type, uses);
        foreach (var parameter in type.GenericParameters)
        {
            foreach (var constraint in parameter.Constraints)
                Add(constraint.ConstraintType, uses);
        }

        foreach (var field in type.Fields)
        {
            Add(field.FieldType, uses);
            Attributes(field, uses);
        }

        foreach (var property in type.Properties)
            Attributes(property, uses);
        foreach (var method in type.Methods)
        {
            Signature(method, uses);
            Attributes(method, uses);
            if (method.HasBody)
                Body(method.Body, uses);
        }

        foreach (var nested in type.NestedTypes)
            Collect(nested, uses);
    }

    private static void Signature(MethodDefinition method, Dictionary<string, TypeReference> uses)
    {
        Add(method.ReturnType, uses);
        foreach (var parameter in method.Parameters)
            Add(parameter.ParameterType, uses);
        foreach (var parameter in method.GenericParameters)
        {
            foreach (var constraint in parameter.Constraints)
                Add(constraint.ConstraintType, uses);
        }
    }

    private static void Body(MethodBody body, Dictionary<string, TypeReference> uses)
    {
        foreach (var variable in body.Variables)
            Add(variable.VariableType, uses);
        foreach (var handler in body.ExceptionHandlers)
            Add(handler.CatchType, uses);
        foreach (var instruction in body.Instructions)
        {
            switch (instruction.Operand)
            {
                case TypeReference type:
                    Add(type, uses);
                    break;
                case FieldReference field:
                    Add(field.DeclaringType, uses);
                    Add(field.FieldType, uses);
                    break;
                case MethodReference method:
                    Add(method.DeclaringType, uses);
                    if (method is GenericInstanceMethod generic)
                    {
                        foreach (var argument in generic.GenericArguments)
                            Add(argument, uses);
                    }

                    break;
            }
        }
    }

    private static void Attributes(ICustomAttributeProvider provider, Dictionary<string, TypeReference> uses)
    {
        foreach (var attribute in provider.CustomAttributes)
            Add(attribute.AttributeType, uses);
    }

    private static void Add(TypeReference? type, Dictionary<string, TypeReference> uses)
    {
        switch (type)
        {
            case null or GenericParameter:
                return;
            case GenericInstanceType generic:
                foreach (var argument in generic.GenericArguments)
                    Add(argument, uses);
                Add(generic.ElementType, uses);
                return;
            case TypeSpecification specification:
                Add(specification.ElementType, uses);
                return;
        }

        while (type.DeclaringType is { } outer)
            type = outer;
        uses.TryAdd(type.FullName, type);
    }
}
