// One file or folder of Drive as an item, its permissions read with the eyes of who may see them.
import { SourceError, type Content, type Item } from "@stead/sdk";
import { accessOf, unknownAccess, type DriveAccess } from "./access.ts";
import { ask, drive, everyPage, isRefusal, type DriveSource } from "./api.ts";
import { fileSchema, FILE_FIELDS, permissionsSchema, type WireFile } from "./wire.ts";

const FOLDER = "application/vnd.google-apps.folder";
/** Google's own formats have no bytes; they are read as what they export to. */
const EXPORTS: Readonly<Record<string, string>> = {
  "application/vnd.google-apps.document":
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  "application/vnd.google-apps.spreadsheet":
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  "application/vnd.google-apps.presentation":
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
};

export async function itemOf(
  source: DriveSource,
  file: WireFile,
  readAs: string,
): Promise<Item<DriveAccess>> {
  const limited = file.inheritedPermissionsDisabled === true;
  const exported = EXPORTS[file.mimeType];
  const content = file.headRevisionId ?? file.md5Checksum ?? file.version ?? file.modifiedTime;
  return {
    id: file.id,
    parentId: file.parents?.[0] ?? null,
    kind: file.mimeType === FOLDER ? "container" : "document",
    title: file.name,
    path: file.name,
    ...(file.webViewLink !== undefined && { url: file.webViewLink }),
    mediaType: exported ?? file.mimeType,
    ...(file.size !== undefined && { bytes: Number(file.size) }),
    revision: `${file.name} ${content}`,
    updatedAt: file.modifiedTime,
    access: await ownAccess(source, file, { limited, readAs }),
  };
}

async function ownAccess(
  source: DriveSource,
  file: WireFile,
  seen: { readonly limited: boolean; readonly readAs: string },
): Promise<DriveAccess> {
  if (file.driveId === undefined) {
    // Shown only to who may share the file: nothing shown is nothing known.
    const shown = file.permissions ?? [];
    return shown.length > 0 ? accessOf(shown, seen) : unknownAccess(seen.limited, seen.readAs);
  }
  // In a shared drive the file never carries them; this says that it has none of its own.
  if (file.hasAugmentedPermissions === false && !seen.limited) return accessOf([], seen);
  return permissionsOn(source, file.id, seen);
}

export async function permissionsOn(
  source: DriveSource,
  id: string,
  { asAdmin, ...seen }: { limited: boolean; readAs: string; asAdmin?: boolean },
): Promise<DriveAccess> {
  try {
    const pages = await everyPage(source, permissionsSchema, {
      url: drive(source, `files/${encodeURIComponent(id)}/permissions`),
      query: {
        supportsAllDrives: true,
        useDomainAdminAccess: asAdmin ?? false,
        pageSize: 100,
        fields:
          "nextPageToken,permissions(id,type,role,domain,emailAddress,allowFileDiscovery,deleted," +
          "view,permissionDetails)",
      },
      asUser: seen.readAs,
    });
    return accessOf(
      pages.flatMap((page) => page.permissions),
      seen,
    );
  } catch (error) {
    if (isRefusal(error)) return unknownAccess(seen.limited, seen.readAs);
    throw error;
  }
}

/** The file as this user sees it; null when they don't, or when it lies in the bin. */
export async function fileAs(
  source: DriveSource,
  id: string,
  asUser: string,
): Promise<WireFile | null> {
  try {
    const file = await ask(source, fileSchema, {
      url: drive(source, `files/${encodeURIComponent(id)}`),
      query: { supportsAllDrives: true, fields: FILE_FIELDS },
      asUser,
    });
    return file.trashed === true ? null : file;
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
}

export async function fetchFile(source: DriveSource, item: Item<DriveAccess>): Promise<Content> {
  const url = drive(source, `files/${encodeURIComponent(item.id)}`);
  const asUser = item.access.readAs;
  const file = await fileAs(source, item.id, asUser);
  if (file === null) throw new SourceError("missing", "The file is gone.");
  const mediaType = EXPORTS[file.mimeType];
  if (mediaType === undefined && file.mimeType.startsWith("application/vnd.google-apps.")) {
    throw new SourceError("malformed", "Files of this kind of Google's have no text to read.");
  }
  const reply =
    mediaType === undefined
      ? await source.http({ url, query: { alt: "media", supportsAllDrives: true }, asUser })
      : await source.http({ url: `${url}/export`, query: { mimeType: mediaType }, asUser });
  return { mediaType: mediaType ?? file.mimeType, bytes: reply.bytes };
}
