namespace Gantry.Images.Registry;

/// <summary>What a session wants of its repository.</summary>
internal enum RegistryAccess
{
    Pull,
    Push,

    /// <summary>Nothing but to know whether the credentials are good.</summary>
    Login,
}
