using System.Reflection;
using System.Reflection.Emit;

namespace StandIns.Redis.Tests;

/// <summary>Writes an assembly that has one public class and nothing in it.</summary>
internal static class EmptyAssembly
{
    public static void Write(string path, string assemblyName, string typeName)
    {
        var builder = new PersistedAssemblyBuilder(new AssemblyName(assemblyName), typeof(object).Assembly);
        builder.DefineDynamicModule(assemblyName).DefineType(typeName, TypeAttributes.Public | TypeAttributes.Class).CreateType();
        builder.Save(path);
    }
}
