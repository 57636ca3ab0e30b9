using System.Reflection;

namespace Ferry.Runtime.Tests.Api;

/// <summary>Documentation ids of types and members, as compilers write them, made from reflection.</summary>
internal static class DocumentationIds
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static bool IsVisible(Type type) => (type.IsPublic || type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem)
        && (type.DeclaringType is null || IsVisible(type.DeclaringType));

    public static string Of(Type type) => "T:" + Name(type);

    /// <summary>The public and protected members a type declares; overrides and explicit interface members aside.</summary>
    public static IEnumerable<string> Members(Type type)
    {
        if (typeof(Delegate).IsAssignableFrom(type))
            return [Of("M", type, type.GetMethod("Invoke")!, type.GetMethod("Invoke")!.GetParameters())];
        var constructors = type.GetConstructors(Declared).Where(c => IsVisible(c) && !c.IsStatic).Select(c => Of("M", type, c, c.GetParameters()));
        var methods = type.GetMethods(Declared).Where(m => IsVisible(m) && !m.IsSpecialNameAccessor() && !IsOverride(m))
            .Select(m => Of("M", type, m, m.GetParameters()));
        var properties = type.GetProperties(Declared).Where(p => p.GetAccessors(nonPublic: true).Any(a => IsVisible(a) && !IsOverride(a)))
            .Select(p => Of("P", type, p, p.GetIndexParameters()));
        var fields = type.GetFields(Declared).Where(f => (f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly) && !f.IsSpecialName)
            .Select(f => $"F:{Name(type)}.{f.Name}");
        var events = type.GetEvents(Declared).Where(e => IsVisible(e.AddMethod!)).Select(e => $"E:{Name(type)}.{e.Name}");
        return [.. constructors, .. methods, .. properties, .. fields, .. events];
    }

    public static string Reference(Type type)
    {
        if (type.IsByRef)
            return Reference(type.GetElementType()!) + "@";
        if (type.IsArray)
            return Reference(type.GetElementType()!) + (type.GetArrayRank() == 1 ? "[]" : $"[{string.Join(",", Enumerable.Repeat("0:", type.GetArrayRank()))}]");
        if (type.IsGenericParameter)
            return (type.DeclaringMethod is null ? "`" : "``") + type.GenericParameterPosition;
        if (!type.IsGenericType)
            return Name(type);
        return Closed(type, new Queue<Type>(type.GetGenericArguments()));
    }

    private static string Closed(Type type, Queue<Type> arguments)
    {
        var prefix = type.DeclaringType is null ? Namespace(type) : Closed(type.DeclaringType, arguments) + ".";
        var tick = type.Name.IndexOf('`');
        if (tick < 0)
            return prefix + type.Name;
        var own = Enumerable.Range(0, int.Parse(type.Name[(tick + 1)..])).Select(_ => Reference(arguments.Dequeue()));
        return $"{prefix}{type.Name[..tick]}{{{string.Join(',', own)}}}";
    }

    private static string Of(string kind, Type type, MemberInfo member, ParameterInfo[] parameters)
    {
        var generic = member is MethodInfo { IsGenericMethodDefinition: true } method ? $"``{method.GetGenericArguments().Length}" : "";
        var list = parameters.Length == 0 ? "" : $"({string.Join(',', parameters.Select(p => Reference(p.ParameterType)))})";
        var result = member is MethodInfo { Name: "op_Implicit" or "op_Explicit" } conversion ? "~" + Reference(conversion.ReturnType) : "";
        return $"{kind}:{Name(type)}.{member.Name.Replace('.', '#')}{generic}{list}{result}";
    }

    private static string Name(Type type) => type.DeclaringType is null ? Namespace(type) + type.Name : $"{Name(type.DeclaringType)}.{type.Name}";

    private static string Namespace(Type type) => type.Namespace is null ? "" : type.Namespace + ".";

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsOverride(MethodInfo method) => method.GetBaseDefinition() != method && method.IsVirtual;

    private static bool IsSpecialNameAccessor(this MethodInfo method) =>
        method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);
}
