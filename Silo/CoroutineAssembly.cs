using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace OrleansAsync.Hosting;

/// <summary>Loads an assembly with coroutines, bodies or grains of the user's own into the silo process: <c>--load FILE.dll</c>.</summary>
/// <remarks>
/// Into the default context, so that its contract types are the silo's own. Call it before Orleans is added: that takes the serializers
/// and grains of all assemblies loaded by then.
/// </remarks>
internal static class CoroutineAssembly
{
    /// <summary>Loads the assembly and checks that all it refers to is there.</summary>
    /// <param name="path">Its file, relative to the current folder.</param>
    /// <returns>The assembly.</returns>
    /// <exception cref="ProgramException">The file is missing or no assembly, or something it refers to cannot be loaded.</exception>
    public static Assembly Load(string path)
    {
        if (path.Length == 0 || !File.Exists(path))
            throw ProgramException.Input($"--load: there is no file '{path}'; give the path of a built assembly");
        var file = Path.GetFullPath(path);
        // What it needs lies beside it; its .deps.json, if there is one, says where.
        var resolver = new AssemblyDependencyResolver(file);
        AssemblyLoadContext.Default.Resolving += (context, name) => resolver.ResolveAssemblyToPath(name) is { } found ? context.LoadFromAssemblyPath(found) : null;
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) => resolver.ResolveUnmanagedDllToPath(name) is { } found ? NativeLibrary.Load(found) : 0;
        try
        {
            var assembly = AssemblyLoadContext.Default.LoadFromAssemblyPath(file);
            CheckDependencies(assembly, path);
            return assembly;
        }
        catch (BadImageFormatException e)
        {
            throw ProgramException.Input($"--load: '{path}' is no .NET assembly; give the .dll that building a library makes", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ProgramException.Input($"--load: '{path}' cannot be loaded: {e.Message}; give an assembly built for {RuntimeInformation.FrameworkDescription}", e);
        }
    }

    // At the first call that needs it would be too late: the silo then has tasks.
    private static void CheckDependencies(Assembly assembly, string path)
    {
        foreach (var name in assembly.GetReferencedAssemblies())
        {
            try
            {
                AssemblyLoadContext.Default.LoadFromAssemblyName(name);
            }
            catch (FileNotFoundException e)
            {
                throw ProgramException.Input($"--load: '{path}' needs {name.Name} {name.Version}, which is neither beside it nor a part of the silo; publish its project and give the published file", e);
            }
            catch (Exception e) when (e is FileLoadException or BadImageFormatException)
            {
                throw ProgramException.Input($"--load: '{path}' needs {name.Name} {name.Version}, which cannot be loaded: {e.Message}; build it with the versions the silo has", e);
            }
        }
    }
}
