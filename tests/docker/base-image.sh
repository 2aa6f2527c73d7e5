#!/usr/bin/env bash
# Gives Docker the image that `sam local invoke` runs our functions in: AWS's own where a registry answers, else one made
# of this machine's packages with what that one has and we need: the C library, a shell, root certificates.
set -euo pipefail
image=public.ecr.aws/lambda/provided:al2023-x86_64

docker image inspect "$image" >/dev/null 2>&1 && exit 0
# CI reaches no registry.
[ "${CI:-}" != true ] && timeout 120 docker pull --quiet --platform linux/amd64 public.ecr.aws/lambda/provided:al2023 &&
    exec docker tag public.ecr.aws/lambda/provided:al2023 "$image"

echo "no registry answers: making $image of this machine's packages"
root="$(mktemp -d)"
trap 'rm -rf "$root"' EXIT
mkdir -p "$root"/{dev,etc/ssl/certs,opt,proc,tmp,usr/bin,usr/lib,usr/lib64,var/runtime,var/task}
ln -s usr/bin usr/lib usr/lib64 "$root"
# SAM's Dockerfile needs a shell, mv and chmod; the functions need the C library's parts that zig links.
programs="$(command -v bash chmod mv)"
cp -L $programs /etc/ssl/certs/ca-certificates.crt "$root/usr/bin"
mv "$root/usr/bin/ca-certificates.crt" "$root/etc/ssl/certs"
ln -s bash "$root/usr/bin/sh"
libraries="$(ldd $programs | grep -o '/[^ ]*\.so[^ ]*' | sort -u)
    $(/sbin/ldconfig -p | sed -n 's/.*lib\(dl\|m\|pthread\)\.so\.[0-9] .*x86-64.* => //p')"
for library in $libraries; do
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
done
tar -C "$root" -c . | docker import --change 'WORKDIR /var/task' --change 'ENV PATH=/usr/bin' - "$image" >/dev/null
